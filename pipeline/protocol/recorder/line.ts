import { hash } from "node:crypto";
import { z } from "zod";
import { GateError } from "../../../schemas/error.ts";
import { FlightEvent } from "../../../schemas/protocol/flight-event.ts";
import { digestOf } from "../../findings/digest.ts";

/** What the first line has as the hash of the line before. */
export const BEGINNING = "0".repeat(64);

/** One event with its line end: what is larger belongs into an artifact (B-05). */
const MAX_LINE_BYTES = 32_768;

/**
 * An event as the text of the line that it becomes, without its line end, checked against its schema.
 * @throws GateError DOCUMENT_INVALID `HSK-400-INVALID-EVENT: …` for one that does not fit, or is longer than 32,768 bytes
 */
export function lineOf(event: unknown): { event: FlightEvent; text: string } {
  const valid = readEvent(event);
  // What was checked is what was given: nothing in the schema changes a value, and the copy is slow to write.
  const text = JSON.stringify(event);
  const bytes = text.length < MAX_LINE_BYTES / 3 ? 0 : Buffer.byteLength(text) + 1;
  if (bytes > MAX_LINE_BYTES) {
    throw invalid(`${valid.type}: found ${bytes} bytes, expected at most ${MAX_LINE_BYTES}: store the rest`);
  }
  return { event: valid, text };
}

/** @throws GateError DOCUMENT_INVALID `HSK-400-INVALID-EVENT: …` */
export function readEvent(event: unknown): FlightEvent {
  const parsed = FlightEvent.safeParse(event);
  if (parsed.success) return parsed.data;
  throw invalid(z.prettifyError(parsed.error).replaceAll("\n", "; ").slice(0, 1000));
}

/** The hash that the next line carries: over the line's bytes (UTF-8) without its line end. */
export function hashOfLine(line: string | Buffer): string {
  return hash("sha256", line, "hex");
}

/** What the last event of a run says of itself, since no line after it does. */
export function sealOf(ended: object): string {
  const { digest: _own, ...rest } = ended as { digest?: unknown };
  return digestOf(rest);
}

export function invalid(message: string, options: ErrorOptions = {}): GateError {
  return new GateError("DOCUMENT_INVALID", `HSK-400-INVALID-EVENT: ${message}`, options);
}
