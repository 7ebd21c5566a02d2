import { spawn } from "node:child_process";
import { trustedPath } from "../../search-path.ts";

export interface Surroundings {
  readonly cwd: string;
  /** All of it: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

export interface Ran {
  /** Null when it did not start, or ended by a signal. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it did not end by itself with status 0, in one line; null when it did. */
  readonly fault: string | null;
}

/** More of a program's output is not kept; the end matters most. */
const KEPT_BYTES = 1024 * 1024;

/**
 * Runs a program to its end; it and all that it started is killed when time is up or the signal says so.
 * @throws the signal's reason
 */
export async function runProgram(argv: readonly string[], { cwd, env, signal, timeoutMs }: Surroundings): Promise<Ran> {
  signal.throwIfAborted();
  const [command = "", ...args] = argv;
  const child = spawn(command, args, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const stdout = keepEnd(child.stdout);
  const stderr = keepEnd(child.stderr);
  const kill = () => killGroup(child.pid);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, timeoutMs);
  signal.addEventListener("abort", kill, { once: true });
  const ending = await new Promise<{ status: number | null; why: string | null }>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      resolve({ status: null, why: error.code === "ENOENT" ? "no such program" : error.message }),
    );
    child.once("close", (status, name) =>
      resolve({ status, why: status === 0 ? null : `ended with ${name ?? status}` }),
    );
  });
  clearTimeout(timer);
  signal.removeEventListener("abort", kill);
  signal.throwIfAborted();
  const why = late ? `not done after ${Math.round(timeoutMs / 1000)} s` : ending.why;
  const ran = { status: ending.status, stdout: stdout(), stderr: stderr() };
  return { ...ran, fault: why === null ? null : [why, lastLines(ran.stderr || ran.stdout)].filter(Boolean).join(": ") };
}

function keepEnd(stream: NodeJS.ReadableStream): () => string {
  let kept = Buffer.alloc(0);
  stream.on("data", (part: Buffer) => {
    kept = Buffer.concat([kept, part]).subarray(-KEPT_BYTES);
  });
  return () => kept.toString("utf8");
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (cause) {
    // ESRCH: ended meanwhile. EPERM: macOS says so of a group that holds only zombies.
    if (!["ESRCH", "EPERM"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
  }
}

/** The last lines of what a program said, as one line for a person: no control characters, no password out of an address. */
export function lastLines(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const line = lines
    .slice(-3)
    .map((part) => part.trim())
    .join("; ");
  const clean = line.replaceAll(/\p{C}/gu, "").replaceAll(/:\/\/[^/@\s]*@/g, "://***@");
  return clean.length > 400 ? `${clean.slice(0, 400)}…` : clean;
}

/** Names that lead through a company's network, for every program that asks for files. */
const NETWORK = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
const CERTIFICATES = ["SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"];

/**
 * A clean environment: what leads to the network, the `names` asked for, and nothing else of the caller's; messages in English.
 * Folders on PATH that may be the scanned tree's are left out.
 */
export function cleanEnv(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
  ours: Readonly<Record<string, string>>,
): Record<string, string> {
  const PATH = trustedPath(env["PATH"]);
  const taken = ["HOME", ...NETWORK, ...CERTIFICATES, ...names].flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(taken), PATH, LC_ALL: "C.UTF-8", TZ: "UTC", ...ours };
}
