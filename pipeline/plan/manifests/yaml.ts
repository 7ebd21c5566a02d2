import { FAILSAFE_SCHEMA, loadAll, YAMLException } from "js-yaml";
import { refuseProto } from "./proto.ts";
import { lockfileInvalid } from "./reader.ts";

const MAX_DEPTH = 64;

/**
 * YAML text to its documents. Every scalar stays the text that it is (`1.10` is no number); aliases, duplicate keys, tags and
 * nesting deeper than 64 are refused.
 *
 * @throws GateError LOCKFILE_INVALID with the line
 */
export function parseYaml(path: string, text: string): unknown[] {
  let documents: unknown[];
  try {
    documents = loadAll(text, { schema: FAILSAFE_SCHEMA, maxAliases: 0, maxDepth: MAX_DEPTH });
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    const place = cause.mark === undefined ? path : `${path}:${cause.mark.line + 1}`;
    throw lockfileInvalid(place, `broken YAML (${cause.reason})`, "YAML as the package manager writes it", cause);
  }
  if (documents.length === 0) throw lockfileInvalid(path, "an empty file", "a YAML document");
  refuseProto(path, documents);
  return documents;
}
