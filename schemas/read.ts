import { z } from "zod";
import { type ErrorCode, GateError } from "./error.ts";

/** Text of 256 MiB and more is refused before it is parsed: a tool's report is hostile input. */
const MAX_DOCUMENT_BYTES = 256 * 1024 * 1024;

const MAX_MESSAGE = 2000;

/**
 * Turns JSON text into a value once, at the edge, through a schema.
 *
 * @throws GateError `code` (default DOCUMENT_INVALID) that names the origin and every place that does not fit.
 */
export function readJson<S extends z.ZodType>(
  schema: S,
  text: string,
  origin: string,
  code: ErrorCode = "DOCUMENT_INVALID",
): z.output<S> {
  if (text.length > MAX_DOCUMENT_BYTES) throw new GateError(code, `${origin}: found more than 256 MiB, expected less`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const found = text.trim() === "" ? "an empty document" : `no JSON (${(cause as Error).message})`;
    throw new GateError(code, `${origin}: found ${found}, expected a JSON document`, { cause });
  }
  return readValue(schema, value, origin, code);
}

/** The same for a value that is already parsed (YAML, TOML). */
export function readValue<S extends z.ZodType>(
  schema: S,
  value: unknown,
  origin: string,
  code: ErrorCode = "DOCUMENT_INVALID",
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // A hostile document can have an issue in every place.
  const issues = z.prettifyError(result.error).replaceAll("\n", "; ").slice(0, MAX_MESSAGE);
  throw new GateError(code, `${origin}: ${issues}`, { cause: result.error });
}
