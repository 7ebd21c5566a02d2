import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { type Verification, verifyRecorder } from "../../pipeline/protocol/recorder/verify.ts";
import { ROOT } from "../support/shared-data.ts";
import { artifacts } from "./artifacts.ts";

/** A folder to run in, with the tree itself, its results inside, and temporary files of its own. */
export interface Place {
  readonly cwd: string;
  readonly temporary: string;
  readonly cache: string;
}

/** So many milliseconds after the run has begun, or has said something. */
export interface Moment {
  readonly said: RegExp | null;
  readonly ms: number;
}

/** A run in a process group of its own; all of it is killed at a moment, if it gets there. */
export async function run(args: readonly string[], place: Place, moment?: Moment): Promise<number | null> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [join(ROOT, "pipeline/dist/gate.mjs"), "run", ...args], {
    cwd: place.cwd,
    env: { PATH, HOME, TMPDIR: place.temporary, SUPPLY_GATE_CACHE: place.cache },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const exit = once(child, "exit");
  let text = "";
  const said = new Promise<void>((resolve) => {
    child.stderr.on("data", (piece) => {
      text += piece;
      if (moment?.said?.test(text)) resolve();
    });
  });
  if (moment !== undefined) {
    if (moment.said !== null) await Promise.race([said, exit]);
    await Promise.race([delay(moment.ms), exit]);
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  }
  const [status] = (await exit) as [number | null];
  if (moment === undefined && status === null) throw new Error(text);
  return status;
}

/** Holds what a killed run left against what it may leave. @returns the recorders that lie there, of this and of earlier runs */
export function expectReadable({ cwd, temporary }: Place, store: string): Verification[] {
  if (existsSync(join(store, "L3"))) expect(artifacts("verify", store)).toMatchObject({ status: 0 });
  // Under the final name lies everything or nothing.
  if (existsSync(join(cwd, "out"))) expect(artifacts("verify", join(cwd, "out"))).toMatchObject({ status: 0 });
  const recorders = readdirSync(temporary, { recursive: true, encoding: "utf8" })
    .filter((path) => basename(path) === "flight-recorder.jsonl")
    .map((path) => verifyRecorder(readFileSync(join(temporary, path))));
  for (const { bad } of recorders) expect(bad).toEqual([]);
  return recorders;
}

/** The same numbers from 0 to 1 every time. */
export function fractions(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
}

/** What a run leaves that is a function of its input: the verdict, and the digest of every other document. */
export function documentsOf({ cwd }: Place): string[] {
  return ["verdict.json", "bundle_index.json"].map((name) => readFileSync(join(cwd, "out", name), "utf8"));
}
