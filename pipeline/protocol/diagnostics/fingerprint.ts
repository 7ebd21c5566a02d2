import { createHash } from "node:crypto";
import type { Diagnostic, DiagnosticLocation } from "../../../schemas/protocol/diagnostic.ts";

/** What makes two diagnostics the same problem (E-07): no time, no id, no job, no message. */
export type FingerprintParts = Pick<
  Diagnostic,
  "source" | "surface" | "severity" | "title" | "tool" | "locations" | "capability_id" | "policy_decision_id"
> & { readonly code?: Diagnostic["code"] | undefined };

/** Lower-case hex SHA-256 over the problem's tuple, as E-08 has it but for one thing: an empty list of places is none (K-19). */
export function fingerprintOf(parts: FingerprintParts): string {
  return createHash("sha256").update(fingerprintText(parts)).digest("hex");
}

/** The tuple as canonical JSON: keys in byte order, no spaces, nothing escaped that need not be, what is absent is null. */
export function fingerprintText(parts: FingerprintParts): string {
  const places = (parts.locations ?? []).map(placeOf);
  return JSON.stringify({
    capability_id: parts.capability_id ?? null,
    code: parts.code ?? null,
    locations: places.length === 0 ? null : inOrder(places),
    policy_decision_id: parts.policy_decision_id ?? null,
    severity: parts.severity,
    source: parts.source,
    surface: parts.surface,
    title: plain(parts.title),
    tool: parts.tool ?? null,
  });
}

/** Trimmed as Unicode has white space, line ends as LF, NFC (E-06, E-08). */
function plain(title: string): string {
  return title
    .replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "")
    .replaceAll("\r\n", "\n")
    .normalize("NFC");
}

type Place = ReturnType<typeof placeOf>;

function placeOf({ entity_id, path, range, uri, wsid }: DiagnosticLocation) {
  return {
    entity_id: entity_id ?? null,
    path: path?.replaceAll("\\", "/") ?? null,
    range:
      range === undefined
        ? null
        : {
            endColumn: range.endColumn,
            endLine: range.endLine,
            startColumn: range.startColumn,
            startLine: range.startLine,
          },
    uri: uri ?? null,
    wsid: wsid ?? null,
  };
}

/** By the bytes of their keys, as the reference compares strings: code units would order some characters otherwise. */
function inOrder(places: readonly Place[]): Place[] {
  return places
    .map((place) => ({ place, key: Buffer.from(keyOf(place)) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ place }) => place);
}

function keyOf({ path, uri, entity_id, wsid, range }: Place): string {
  const lines = range === null ? "" : `${range.startLine}:${range.startColumn}:${range.endLine}:${range.endColumn}`;
  return [path ?? "", uri ?? "", entity_id ?? "", wsid ?? "", lines].join("|");
}
