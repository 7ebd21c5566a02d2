import { type ChildProcess, spawn } from "node:child_process";
import type { Client } from "@dagger.io/dagger";
import { GateError } from "../../../schemas/error.ts";

/** An open session of a Dagger engine, as `dagger session` announces it. */
export interface Session {
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

export interface SessionRequest {
  /** The `dagger` command. */
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** After this an ending `dagger session` is killed; the engine itself keeps running. */
const END_MS = 20_000;

/**
 * Starts `dagger session` and waits until it has reached its engine. The SDK could do that itself, but it would wait for five minutes,
 * give no way to end the waiting, and download a command of its own where it finds none.
 *
 * @returns the session, or the reason why there is none; nothing is left running then
 */
export async function openSession({ command, env, limitMs, signal }: SessionRequest): Promise<Session | string> {
  const child = spawn(command, ["session", "--label", "dagger.io/sdk.name:supply-gate"], {
    env: { ...env, DAGGER_NO_NAG: "1", DAGGER_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<void>((done) => child.on("error", () => done()).on("close", () => done()));
  // A session that ended closes its pipe; its own words tell more than EPIPE.
  child.stdin?.on("error", () => undefined);
  const close = () => end(child, ended);
  try {
    const announced = await announcement(child, limitMs, signal);
    if (typeof announced !== "string") return { ...announced, close };
    await close();
    return announced;
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The session of the environment (`dagger run` sets it), once it has answered.
 *
 * @returns the session, or the reason why it is of no use
 */
export async function givenSession({
  env,
  limitMs,
  signal,
}: Omit<SessionRequest, "command">): Promise<Session | string> {
  const port = Number(env["DAGGER_SESSION_PORT"]);
  const token = env["DAGGER_SESSION_TOKEN"] ?? "";
  try {
    const response = await fetch(`http://127.0.0.1:${port}/query`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${token}:`).toString("base64")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ query: "{ version }" }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
    });
    if (!response.ok) return `the session at port ${port} answered with status ${response.status}`;
    return { port, token, close: async () => {} };
  } catch (error) {
    signal.throwIfAborted();
    return `the session at port ${port} did not answer (${(error as Error).message})`;
  }
}

/** The SDK on a session, until `disconnect`. */
export interface Connection {
  readonly client: Client;
  readonly disconnect: () => Promise<void>;
}

/**
 * Loads the SDK and connects it to a session.
 * @throws GateError ENGINE_UNAVAILABLE when the SDK is not installed; the session is closed then
 */
export async function connectSdk(session: Session): Promise<Connection> {
  // The only way to tell the SDK.
  process.env["DAGGER_SESSION_PORT"] = String(session.port);
  process.env["DAGGER_SESSION_TOKEN"] = session.token;
  try {
    // 1.3 s and 175 MB: only when an engine is there.
    const { connection, dag } = await import("@dagger.io/dagger");
    const over = new AbortController();
    let held: Promise<void> = Promise.resolve();
    await new Promise<void>((connected, failed) => {
      held = connection(async () => {
        connected();
        await new Promise((done) => over.signal.addEventListener("abort", done));
      }).catch(failed);
    });
    const disconnect = async () => {
      over.abort();
      await held;
      await session.close();
    };
    return { client: dag, disconnect };
  } catch (cause) {
    await session.close();
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new GateError("ENGINE_UNAVAILABLE", "dagger is there, but not its SDK", {
      cause,
      next: "npm install @dagger.io/dagger@0.21.8, or use --engine host",
    });
  }
}

async function announcement(child: ChildProcess, limitMs: number, signal: AbortSignal) {
  let stdout = "";
  let stderr = "";
  const limit = AbortSignal.timeout(limitMs);
  return await new Promise<{ port: number; token: string } | string>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.includes("\n")) resolve(readAnnouncement(stdout.slice(0, stdout.indexOf("\n"))));
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-4096);
    });
    child.on("error", (error) => resolve(`dagger could not be started (${error.message})`));
    child.on("close", () => resolve(`dagger reached no engine: ${lastWords(stderr)}`));
    limit.addEventListener("abort", () => resolve(`dagger did not answer within ${limitMs / 1000} s`));
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}

function readAnnouncement(line: string): { port: number; token: string } | string {
  const found = /^\{"port":(\d+),"session_token":"([\w-]+)"\}$/.exec(line.trim());
  if (found?.[1] === undefined || found[2] === undefined) return "dagger session announced no session";
  return { port: Number(found[1]), token: found[2] };
}

function lastWords(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return (lines.at(-1) ?? "it said nothing").trim().slice(0, 300);
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdin?.end();
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
  await ended;
  clearTimeout(timer);
}
