import { AFTER_THE_END, type FlightEvent } from "../../../schemas/protocol/flight-event.ts";
import { BEGINNING, hashOfLine, readEvent, sealOf } from "./line.ts";

/** A line (from 1) that is not as it was written, and why. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

/**
 * `complete`: an unbroken chain from `run_started` to `run_ended`. `unfinished`: unbroken as far as it goes, but the run did not end, or was
 * ended while it wrote its last line (`end` says which); what stands before counts. `broken`: `bad` has the lines.
 */
export interface Verification {
  readonly state: "complete" | "unfinished" | "broken";
  readonly bad: readonly BadLine[];
  readonly end: BadLine | null;
  /** Those that could be read. */
  readonly events: readonly FlightEvent[];
  /** Hash of the last whole line. */
  readonly head: string;
}

interface Line {
  readonly number: number;
  readonly hash: string;
  readonly event: FlightEvent | null;
  readonly reason: string | null;
}

/**
 * Checks the bytes of a flight recorder: each line against its schema, its number, and the hash of the line before.
 * Who can write the file can also write all of it anew: only its `head`, kept elsewhere, shows that.
 */
export function verifyRecorder(bytes: Buffer): Verification {
  const { whole, partial } = splitLines(bytes);
  const lines = whole.map(readLine);
  const bad = [...unread(lines), ...misnumbered(lines), ...unchained(lines), ...misplaced(lines)].sort(
    (a, b) => a.line - b.line,
  );
  const end = endOf(lines, partial);
  return {
    state: bad.length > 0 ? "broken" : end === null ? "complete" : "unfinished",
    bad,
    end,
    events: lines.flatMap(({ event }) => event ?? []),
    head: lines.at(-1)?.hash ?? BEGINNING,
  };
}

function splitLines(bytes: Buffer): { whole: Buffer[]; partial: boolean } {
  const whole: Buffer[] = [];
  let from = 0;
  for (let to = bytes.indexOf(0x0a); to >= 0; to = bytes.indexOf(0x0a, from)) {
    whole.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return { whole, partial: from < bytes.length };
}

function readLine(bytes: Buffer, index: number): Line {
  const base = { number: index + 1, hash: hashOfLine(bytes) };
  try {
    return { ...base, event: readEvent(JSON.parse(bytes.toString("utf8"))), reason: null };
  } catch (error) {
    const message = error instanceof SyntaxError ? "HSK-400-INVALID-EVENT: no JSON" : (error as Error).message;
    return { ...base, event: null, reason: message };
  }
}

function unread(lines: readonly Line[]): BadLine[] {
  return lines.flatMap(({ number, reason }) => (reason === null ? [] : [{ line: number, reason }]));
}

function misnumbered(lines: readonly Line[]): BadLine[] {
  let expected = 0;
  return lines.flatMap(({ number, event }): BadLine[] => {
    const found = event?.seq ?? expected;
    const wanted = expected;
    expected = found + 1;
    if (found === wanted) return [];
    return [{ line: number, reason: `found event ${found}, expected ${wanted}: a line was removed, moved or put in` }];
  });
}

/** Of two lines that do not hang together, the one to blame is the second, unless what comes after it (or its own seal) vouches for it. */
function unchained(lines: readonly Line[]): BadLine[] {
  return lines.flatMap((line, index): BadLine[] => {
    const before = lines[index - 1];
    const { event, number } = line;
    if (event === null || event.prev === (before?.hash ?? BEGINNING)) return [];
    if (before === undefined) return [{ line: number, reason: "carries the hash of a line before it, expected zeros" }];
    if ((before.event?.seq ?? event.seq - 1) !== event.seq - 1) return [];
    const isVouchedFor = lines[index + 1]?.event?.prev === line.hash || (event.type === "run_ended" && isSealed(event));
    if (isVouchedFor) return [{ line: before.number, reason: `was changed after line ${number} had been written` }];
    return [{ line: number, reason: `does not carry the hash of line ${before.number}: one of the two was changed` }];
  });
}

function misplaced(lines: readonly Line[]): BadLine[] {
  const trace = lines[0]?.event?.trace_id;
  const ended = lines.findIndex(({ event }) => event?.type === "run_ended");
  return lines.flatMap(({ event, number }, index): BadLine[] => {
    if (event === null) return [];
    const reasons = [
      (event.type === "run_started") === (index === 0)
        ? null
        : `found ${event.type}, expected run_started as the first and only there`,
      event.trace_id === (trace ?? event.trace_id) ? null : `found trace ${event.trace_id}, expected ${trace}`,
      ended >= 0 && index > ended && !AFTER_THE_END.has(event.type)
        ? `found ${event.type} after the end of the run`
        : null,
      event.type === "run_ended" && !isSealed(event) ? "run_ended is not what it was when it was written" : null,
      event.type === "run_ended" && event.events !== event.seq + 1 ? `run_ended counts ${event.events} events` : null,
    ];
    return reasons.flatMap((reason) => (reason === null ? [] : [{ line: number, reason }]));
  });
}

function isSealed(event: Extract<FlightEvent, { type: "run_ended" }>): boolean {
  return sealOf(event) === event.digest;
}

function endOf(lines: readonly Line[], partial: boolean): BadLine | null {
  if (partial) {
    const reason = "cut off in the middle: whoever wrote it was ended; what stands before counts";
    return { line: lines.length + 1, reason };
  }
  if (lines.some(({ event }) => event?.type === "run_ended")) return null;
  return { line: lines.length, reason: "the last one, and no run_ended: lines were cut off, or the run never ended" };
}
