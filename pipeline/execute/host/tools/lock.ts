import { closeSync, fstatSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

export interface LockOptions {
  readonly signal: AbortSignal;
  /** Told once when somebody else holds it: who. */
  readonly onWait: (owner: string) => void;
  readonly started: Date;
  /** The holder shows that it lives so often, and is thought dead when it did not for so long. */
  readonly beatMs?: number;
  readonly staleMs?: number;
}

/**
 * Does something while no other process does it. The lock is a file of process id, host and start time; a dead holder's is taken over.
 *
 * It saves double work and nothing else: should two hold it (a machine that slept), both results are right and one of them is kept.
 * @throws the signal's reason, and whatever `action` or writing the file throws
 */
export async function withLock<T>(path: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  const release = await acquire(path, options);
  try {
    return await action();
  } finally {
    release();
  }
}

async function acquire(path: string, options: LockOptions): Promise<() => void> {
  const { signal, onWait, beatMs = 2000, staleMs = 30_000 } = options;
  let seen = { state: "", since: 0 };
  for (let told = false; ; ) {
    signal.throwIfAborted();
    const release = tryToTake(path, options.started, beatMs);
    if (release !== null) return release;
    const holder = holderOf(path);
    if (holder === null) continue;
    if (holder.state !== seen.state) seen = { state: holder.state, since: performance.now() };
    // Not its age by the clock: another host's clock may differ.
    if (holder.dead || performance.now() - seen.since > staleMs) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) onWait(holder.owner);
    told = true;
    await delay(Math.min(500, beatMs), undefined, { signal });
  }
}

function tryToTake(path: string, started: Date, beatMs: number): (() => void) | null {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return null;
    throw cause;
  }
  const { ino } = fstatSync(file);
  writeSync(file, `${process.pid} ${hostname()} ${started.toISOString()}\n`);
  closeSync(file);
  const ours = () => statSync(path, { throwIfNoEntry: false })?.ino === ino;
  const beat = setInterval(() => {
    const now = new Date();
    if (ours()) utimesSync(path, now, now);
  }, beatMs);
  beat.unref();
  return () => {
    clearInterval(beat);
    if (ours()) rmSync(path, { force: true });
  };
}

/** Null when it was released meanwhile. */
function holderOf(path: string): { owner: string; state: string; dead: boolean } | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const [pid = "", host = "", started = ""] = textOf(path).trim().split(" ");
  const owner = pid === "" ? "another process" : `process ${pid} on ${host}, since ${started}`;
  return { owner, state: `${stat.ino} ${stat.mtimeMs}`, dead: host === hostname() && !runs(Number(pid)) };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    // Released between two looks.
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw cause;
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
