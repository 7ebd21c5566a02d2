import canonicalize from "canonicalize";
import { Diagnostic } from "../../../schemas/protocol/diagnostic.ts";
import { readJson } from "../../../schemas/read.ts";

/** `diagnostics.jsonl`: one diagnostic a line as canonical JSON (RFC 8785), lines in the order of their code units. Empty for none. */
export function diagnosticsText(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map((each) => `${canonicalize(each)}\n`)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join("");
}

/** Reads it back. @throws GateError DOCUMENT_INVALID naming the line */
export function readDiagnostics(text: string, origin: string): Diagnostic[] {
  return text
    .split("\n")
    .map((line, index) => ({ line, place: `${origin}:${index + 1}` }))
    .filter(({ line }) => line !== "")
    .map(({ line, place }) => readJson(Diagnostic, line, place));
}
