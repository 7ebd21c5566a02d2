import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, realpathSync } from "node:fs";
import { ProcessGroup } from "./process-group.ts";
import { readProcessTable } from "./process-table.ts";
import { type Ending, type LimitedRun, Watch } from "./watch.ts";

/**
 * Runs one program in a process group of its own, standard input at its end, and returns when nothing of it is left.
 * A program that can't be started is an ending too: `spawnError` is the system's code.
 *
 * @throws whatever writing to a sink or looking at the system throws (disk full, no descriptors); the program has ended by then.
 */
export async function runLimited(run: LimitedRun): Promise<Ending> {
  if (run.signal?.aborted) return { ...NOT_STARTED, killedBy: "cancel" };
  const mark = run.descriptor3.mark ? realpathSync(run.descriptor3.path) : null;
  const before = readProcessTable().pids;
  const child = start(run);
  if (child instanceof Error) return { ...NOT_STARTED, spawnError: spawnErrorOf(child, run) };
  if (child.pid === undefined) {
    const [error] = (await once(child, "error")) as [Error];
    return { ...NOT_STARTED, spawnError: spawnErrorOf(error, run) };
  }
  return await new Watch(run, child, new ProcessGroup(child.pid, before, mark)).ended();
}

const NOT_STARTED: Ending = {
  status: null,
  signal: null,
  spawnError: null,
  killedBy: null,
  cpuMs: 0,
  maxRssBytes: 0,
};

function start(run: LimitedRun): ChildProcess | Error {
  const descriptor3 = openSync(run.descriptor3.path, "r");
  const [command = "", ...args] = run.argv;
  try {
    return spawn(command, args, {
      cwd: run.cwd,
      env: { ...run.env },
      stdio: ["ignore", "pipe", "pipe", descriptor3],
      detached: true,
    });
  } catch (cause) {
    // Node tells some failures by event and others (E2BIG, a NUL in an argument) at once.
    return cause as Error;
  } finally {
    closeSync(descriptor3);
  }
}

/** The code alone: a message would name paths of this machine, and evidence must not. */
function spawnErrorOf(error: NodeJS.ErrnoException, run: LimitedRun): string {
  if (error.code === "ENOENT" && !existsSync(run.cwd)) return "ENOENT (working directory)";
  return error.code ?? error.name;
}
