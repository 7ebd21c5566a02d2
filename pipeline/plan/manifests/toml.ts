import { parse, TomlError } from "smol-toml";
import { refuseProto } from "./proto.ts";
import { lockfileInvalid } from "./reader.ts";

const MAX_DEPTH = 64;

/**
 * TOML text to a value; duplicate keys and nesting deeper than 64 are refused.
 *
 * @throws GateError LOCKFILE_INVALID with the line
 */
export function parseToml(path: string, text: string): unknown {
  if (text.trim() === "") throw lockfileInvalid(path, "an empty file", "a TOML document");
  let value: unknown;
  try {
    value = parse(text.replace(/^\uFEFF/, ""), { maxDepth: MAX_DEPTH });
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const reason = cause.message.split("\n", 1)[0]?.replace(/^Invalid TOML document: /, "") ?? "";
    throw lockfileInvalid(`${path}:${cause.line}`, `broken TOML (${reason})`, "a TOML document", cause);
  }
  refuseProto(path, value);
  return value;
}
