import { parse } from "smol-toml";
import { z } from "zod";
import { GateError } from "../../schemas/error.ts";
import { readValue } from "../../schemas/read.ts";

/** A TOML document by its schema. @throws GateError DOCUMENT_INVALID */
export function readToml<S extends z.ZodType>(schema: S, text: string, name: string): z.output<S> {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new GateError("DOCUMENT_INVALID", `${name}: ${(cause as Error).message.split("\n")[0]}`, { cause });
  }
  return readValue(schema, value, name);
}

/** A TOML basic string (TOML 1.0): what JSON escapes, it escapes alike; DEL it escapes too. */
export function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007F");
}

/** The date of a TOML date, or date and time, as YYYY-MM-DD. */
export const TomlDate = z
  .custom<Date>((value) => value instanceof Date)
  .transform((date) => date.toISOString().slice(0, 10));
