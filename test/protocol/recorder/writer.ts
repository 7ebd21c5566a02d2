import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { liveIds } from "../../../pipeline/protocol/recorder/live-id.ts";
import { openRecorder, type Recorder } from "../../../pipeline/protocol/recorder/recorder.ts";
import { verifyRecorder } from "../../../pipeline/protocol/recorder/verify.ts";
import { ENDED, EVENTS, KNOWN, options } from "./made.ts";

/** Records without end, until somebody ends it. */
export function recordForever(path: string): void {
  const recorder = liveRecorder(path);
  process.stdout.write("begun\n");
  for (;;) for (const event of EVENTS) recorder.record(event);
}

/** Records at least so many events, with the ends of a run (for the bench). */
export function recordMany(path: string, count: number): void {
  const recorder = liveRecorder(path);
  for (let done = 0; done < count; done += EVENTS.length) for (const event of EVENTS) recorder.record(event);
  recorder.close(KNOWN, ENDED);
}

/** @throws Error when it is not complete (for the bench) */
export function verifyAll(path: string): void {
  const { state } = verifyRecorder(readFileSync(path));
  if (state !== "complete") throw new Error(`${path}: ${state}`);
}

function liveRecorder(path: string): Recorder {
  const now = (): Date => new Date();
  return openRecorder({ ...options(), path, now, newId: liveIds(now, randomBytes) });
}
