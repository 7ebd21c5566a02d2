import { GateError } from "../../../schemas/error.ts";
import type { FlightEvent, NewEvent } from "../../../schemas/protocol/flight-event.ts";
import type { Breach } from "../diagnostics/validate.ts";
import { openAppendFile } from "./append-file.ts";
import { type Known, validateCorrelation } from "./correlate.ts";
import { BEGINNING, hashOfLine, invalid, lineOf, sealOf } from "./line.ts";
import { gather, noReferences } from "./references.ts";

export interface RecorderOptions {
  /** A file that is not there yet, in a folder that is. */
  readonly path: string;
  readonly now: () => Date;
  /** Live ids. */
  readonly newId: () => string;
  /** One for the whole run; of the events of a session, such as a run, in their own field. */
  readonly traceId: string;
  readonly sessionId: string;
  readonly workflowRunId?: string | undefined;
  readonly gateVersion: string;
  /** What was asked for, such as `run`. */
  readonly command: string;
  /** Takes known secrets out of each event before anything else is done with it (F-10). */
  readonly scrub?: (<T>(event: T) => T) | undefined;
}

export interface RunEnd {
  readonly outcome: "PASSED" | "FAILED" | "INCOMPLETE" | "DONE";
  readonly exitCode: number;
}

/** What is there when the file is closed; `head` is the hash of its last line, to be kept elsewhere. */
export interface Recorded {
  readonly events: number;
  readonly head: string;
}

export interface Recorder {
  /**
   * Appends one event with one write, and gives its id.
   * @throws GateError DOCUMENT_INVALID `HSK-400-INVALID-EVENT: …` for an event that does not fit: nothing is written, the recorder goes on;
   * STORAGE_FAILED `HSK-500-DB: …` when it can't be written: from then on every call throws it. The run is INCOMPLETE then.
   */
  record(event: NewEvent): string;
  /** Every id that does not resolve (VAL-CORR-001, VAL-NAV-001), as long as there is time to say so. */
  check(known: Known): Breach[];
  /**
   * Checks that every id resolves, writes `run_ended`, and closes the file.
   * @throws GateError DOCUMENT_INVALID when one does not (the file stays without an end), STORAGE_FAILED as `record`. The run is INCOMPLETE then.
   */
  close(known: Known, end: RunEnd): Recorded;
  /** Closes the file without an end: for a run that breaks off. Does nothing after `close`. */
  abandon(): void;
}

/**
 * Opens the flight recorder of a run: a new file, 0600, append-only, each line with the hash of the line before; its first event is `run_started`.
 * @throws GateError STORAGE_FAILED when it can't be made or written. The run is INCOMPLETE then.
 */
export function openRecorder(options: RecorderOptions): Recorder {
  const file = openAppendFile(options.path, true);
  const found = noReferences();
  const began = options.now();
  let seq = 0;
  let prev = BEGINNING;
  const append = (event: Unchained, seal = false): string => {
    const at = seq === 0 ? began : options.now();
    const scrubbed = options.scrub === undefined ? event : options.scrub(event);
    const whole = chained(scrubbed, options, at, seq, prev);
    const line = lineOf(seal ? { ...whole, digest: sealOf(whole) } : whole);
    file.append(line.text);
    gather(found, line.event);
    seq += 1;
    prev = hashOfLine(line.text);
    return line.event.event_id;
  };
  const session = { session_id: options.sessionId };
  try {
    const type = "run_started" as const;
    append({ type, ...session, gate_version: options.gateVersion, command: options.command } as Unchained);
  } catch (error) {
    file.abandon();
    throw error;
  }
  return {
    record: (event) => append(event.type === "terminal_command" ? { ...session, ...event } : event),
    check: (known) => validateCorrelation(found, known),
    close(known, { outcome, exitCode }) {
      refuse(validateCorrelation(found, known));
      const duration_ms = Math.max(0, options.now().getTime() - began.getTime());
      const type = "run_ended" as const;
      append({ type, ...session, outcome, exit_code: exitCode, events: seq + 1, duration_ms } as Unchained, true);
      file.close();
      return { events: seq, head: prev };
    },
    abandon: () => file.abandon(),
  };
}

type Unchained = Omit<NewEvent, "type"> & { readonly type: FlightEvent["type"]; readonly session_id?: string };

/** What is the recorder's to say, then the event: objects put together in the other order cost six times as much, on every event. */
function chained(
  event: Unchained,
  { newId, traceId, workflowRunId }: RecorderOptions,
  at: Date,
  seq: number,
  prev: string,
) {
  const claimed = OURS.find((key) => key in event);
  if (claimed !== undefined) throw invalid(`${event.type}: found ${claimed}, which the recorder says`);
  const event_id = newId();
  const timestamp = at.toISOString();
  if (workflowRunId === undefined)
    return { seq, timestamp, event_id, trace_id: traceId, prev, actor: "system", ...event };
  return {
    seq,
    timestamp,
    event_id,
    trace_id: traceId,
    prev,
    workflow_run_id: workflowRunId,
    actor: "system",
    ...event,
  };
}

const OURS = ["seq", "timestamp", "event_id", "trace_id", "prev", "workflow_run_id"] as const;

function refuse(breaches: readonly Breach[]): void {
  const [first] = breaches;
  if (first === undefined) return;
  const more = breaches.length === 1 ? "" : ` (and ${breaches.length - 1} more)`;
  throw new GateError(
    "DOCUMENT_INVALID",
    `${first.validator}: flight recorder: ${first.id ?? "no id"}: ${first.message}${more}`,
    {
      next: "this is a bug of ours, please report it",
    },
  );
}
