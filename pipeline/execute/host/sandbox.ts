import { execFile } from "node:child_process";
import { accessSync, constants, lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { trustedFolders } from "../search-path.ts";
import { type Bind, bubblewrapArguments, type RootEntry, type SandboxLayout } from "./bubblewrap.ts";

/** A bubblewrap that was seen to work on this machine, for this user. */
export interface Sandbox {
  readonly command: string;
  readonly version: string;
  readonly root: readonly RootEntry[];
  /** Whether the size of the private /tmp can be limited (bubblewrap 0.7 and newer). */
  readonly sizedTmp: boolean;
}

/**
 * Looks for `bwrap` on PATH and runs it once, since user namespaces may be forbidden to it.
 *
 * @param avoid a folder (the source tree) whose programs are never run.
 * @returns the sandbox, or the reason why there is none.
 */
export async function findBubblewrap(
  env: Readonly<Record<string, string | undefined>>,
  avoid?: string,
): Promise<Sandbox | string> {
  if (process.platform !== "linux") return `no bubblewrap on ${process.platform}`;
  const command = locate("bwrap", env["PATH"] ?? "", avoid);
  if (command === null) return "no bwrap on PATH";
  let reason = "";
  for (const sizedTmp of [true, false]) {
    const sandbox = { command, version: "", root: hostRoot(), sizedTmp };
    // Its own version, asked inside: needs no other program, and proves that a program runs there.
    const probe = await askInside(sandbox, [command, "--version"], [{ from: command, to: command }]);
    const version = /^bubblewrap (\S+)/.exec(probe.stdout)?.[1];
    if (version !== undefined) return { ...sandbox, version };
    reason ||= `${command} does not work here: ${probe.stderr.trim().split("\n")[0] || "it said nothing"}`;
  }
  return reason;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or in a folder of PATH that is closed to us: not ours to run either way.
    return false;
  }
}

export interface Answer {
  readonly stdout: string;
  /** What it said there, or why it could not run; a program that fails is an answer too. */
  readonly stderr: string;
}

/** Runs a short program inside the sandbox, with nothing but the host's programs and the given binds, and an empty environment. */
export async function askInside(sandbox: Sandbox, argv: readonly string[], binds: readonly Bind[]): Promise<Answer> {
  const layout: SandboxLayout = {
    root: sandbox.root,
    binds,
    covers: [],
    emptyFile: "",
    cwd: "/",
    tmpBytes: sandbox.sizedTmp ? PROBE_TMP_BYTES : null,
  };
  // Without covers there are no bytes: all arguments are text.
  const args = [...bubblewrapArguments(layout).map(String), "--", ...argv];
  const options = { env: {}, cwd: "/", timeout: 20_000, killSignal: "SIGKILL" } as const;
  return await new Promise((resolve) => {
    execFile(sandbox.command, args, options, (error, stdout, stderr) => {
      resolve({ stdout, stderr: stderr || String(error ?? "") });
    });
  });
}

const PROBE_TMP_BYTES = 1024 * 1024;

/** What a program needs of the host's root to be loaded; on a merged /usr most of them are symlinks. */
const ROOT_PATHS = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/etc/ld.so.cache"];

function hostRoot(): RootEntry[] {
  return ROOT_PATHS.flatMap((path) => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return [];
    return [found.isSymbolicLink() ? { path, link: readlinkSync(path) } : { path }];
  });
}

/** The program of that name on a search path, as `realpath` gives it; null: there is none outside of `avoid`. */
export function locate(name: string, searchPath: string, avoid: string | undefined): string | null {
  for (const folder of trustedFolders(searchPath, avoid)) {
    if (!isProgram(join(folder, name))) continue;
    const path = realpathSync(join(folder, name));
    if (avoid === undefined || !path.startsWith(`${avoid}/`)) return path;
  }
  return null;
}
