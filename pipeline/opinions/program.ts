import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../schemas/error.ts";
import type { Limits } from "../../schemas/step.ts";
import { cappedBuffer } from "../execute/capped-file.ts";
import { lastLines } from "../execute/host/tools/program.ts";
import { runLimited } from "../execute/limited-process.ts";
import { trustedFolders } from "../execute/search-path.ts";

/** How a program is run: nothing of the caller's surroundings is inherited. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What a program left behind when it ended by itself. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const LIMITS: Limits = {
  ...{ wallMs: 300_000, cpuMs: 300_000, memoryBytes: 2 * 1024 ** 3, outputBytes: 200 * 1024 ** 2 },
};

/**
 * Where a program lies: the one that is named, else the first on PATH; never one of the scanned tree.
 * @throws GateError TOOL_UNAVAILABLE when there is none
 */
export function findProgram(name: string, named: string | undefined, path: string | undefined, tree: string): string {
  const candidates = named === undefined ? trustedFolders(path, tree).map((folder) => join(folder, name)) : [named];
  const found = candidates.find(isProgram);
  if (found !== undefined) return found;
  const where = named === undefined ? "on PATH" : `at ${named}`;
  throw new GateError("TOOL_UNAVAILABLE", `${name}: found no program ${where}, expected one`, {
    next: `install ${name}, or name it with --tool`,
  });
}

/**
 * Runs a program to its end.
 * @throws GateError TOOL_UNAVAILABLE when it does not start, is killed, or goes beyond a limit
 */
export async function runProgram(argv: readonly string[], { cwd, env, signal }: Surroundings): Promise<Ran> {
  const [stdout, stderr] = [cappedBuffer(LIMITS.outputBytes), cappedBuffer(LIMITS.outputBytes)];
  const ending = await runLimited({
    ...{ argv, cwd, env, limits: LIMITS, stdout, stderr, signal, graceMs: 1_000 },
    descriptor3: { path: cwd, mark: true },
    outputBytes: () => stdout.bytes() + stderr.bytes(),
  });
  if (ending.status !== null && ending.killedBy === null) {
    return { status: ending.status, stdout: stdout.text(), stderr: stderr.text() };
  }
  const why = ending.spawnError ?? ending.killedBy ?? ending.signal ?? "nothing";
  const said = lastLines(stderr.text());
  const message = `${nameOf(argv)}: ended by ${why}, expected an exit status${said === "" ? "" : `: ${said}`}`;
  throw new GateError("TOOL_UNAVAILABLE", message, { next: "run it by hand to see why" });
}

/** @throws GateError PIN_MISMATCH when it says another version */
export async function demandVersion(
  argv: readonly string[],
  pattern: RegExp,
  pinned: string,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout } = await runProgram(argv, surroundings);
  const found = pattern.exec(stdout)?.[1] ?? "no version";
  if (found === pinned) return;
  throw new GateError("PIN_MISMATCH", `${nameOf(argv)}: found version ${found}, expected ${pinned}`, {
    next: `install ${nameOf(argv)} ${pinned}: of another version it is not known how it fails`,
  });
}

function nameOf([command = ""]: readonly string[]): string {
  return command.slice(command.lastIndexOf("/") + 1);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or closed to us: not ours to run either way.
    return false;
  }
}
