import { readFileSync } from "node:fs";
import { GateError } from "../../../schemas/error.ts";
import { AFTER_THE_END, type NewEvent } from "../../../schemas/protocol/flight-event.ts";
import { openAppendFile } from "./append-file.ts";
import { hashOfLine, invalid, lineOf } from "./line.ts";
import type { RecorderOptions } from "./recorder.ts";
import { verifyRecorder } from "./verify.ts";

/** Takes what is done with the results of a run that has ended. */
export interface ReopenedRecorder {
  /** @throws GateError as `Recorder.record`; also for an event that only a run may have */
  record(event: NewEvent): string;
  /** @throws GateError STORAGE_FAILED */
  close(): void;
}

/**
 * Opens the recorder of an ended run, to append what becomes of its results (`meta.gc_summary`, `artifact_action`): the chain goes on, in the run's trace.
 * @throws GateError DOCUMENT_INVALID when it is not complete, STORAGE_FAILED when it can't be read or opened
 */
export function reopenRecorder(options: Pick<RecorderOptions, "path" | "now" | "newId" | "scrub">): ReopenedRecorder {
  const { state, bad, end, events, head } = verifyRecorder(read(options.path));
  const last = events.at(-1);
  if (state !== "complete" || last === undefined) {
    const { line, reason } = bad[0] ?? end ?? { line: 1, reason: "empty" };
    throw new GateError("DOCUMENT_INVALID", `${options.path}:${line}: ${reason}`, {
      next: "supply-gate recorder verify tells more",
    });
  }
  const file = openAppendFile(options.path, false);
  let seq = last.seq + 1;
  let prev = head;
  return {
    record(event) {
      if (!AFTER_THE_END.has(event.type)) throw invalid(`${event.type}: found after the end of the run`);
      const scrubbed = options.scrub === undefined ? event : options.scrub(event);
      const chain = {
        event_id: options.newId(),
        trace_id: last.trace_id,
        seq,
        prev,
        timestamp: options.now().toISOString(),
      };
      const line = lineOf({ actor: "human", ...scrubbed, ...chain });
      file.append(line.text);
      seq += 1;
      prev = hashOfLine(line.text);
      return line.event.event_id;
    },
    close: () => file.close(),
  };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GateError("STORAGE_FAILED", `${path}: could not be read (${code ?? String(cause)})`, { cause });
  }
}
