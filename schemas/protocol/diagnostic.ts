import { z } from "zod";
import { Sha256 } from "../common.ts";

/** A UUID of version 1 to 8, in lower case: v7 for live ids, v8 for those made from content (K-30). That of nothing is none of them. */
export const Id = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    "expected a UUID that is not nil",
  );

/** What a removed text leaves behind (K-02, D-18): `[REDACTED:<category>:<detector>]`. */
export const Redacted = z
  .string()
  .regex(/^\[REDACTED:[a-z_]+:[A-Za-z0-9._-]+\]$/, "expected [REDACTED:category:detector]");

export const DiagnosticSeverity = z.enum(["fatal", "error", "warning", "info", "hint"]);
export type DiagnosticSeverity = z.infer<typeof DiagnosticSeverity>;

export const DiagnosticSource = z.union([
  z.enum(["lsp", "terminal", "validator", "engine", "connector", "system"]),
  z
    .string()
    .regex(/^(plugin|matcher):[^\s\p{Cc}]{1,100}$/u, "expected one of the list, plugin:<name> or matcher:<name>"),
]);
export type DiagnosticSource = z.infer<typeof DiagnosticSource>;

export const LinkConfidence = z.enum(["direct", "inferred", "ambiguous", "unlinked"]);
export type LinkConfidence = z.infer<typeof LinkConfidence>;

const Position = z.int().positive();
const Name = z.string().min(1).max(4096);

/** Where: E-02. At least one of path, uri, wsid and entity_id says what the place is in. */
export const DiagnosticLocation = z
  .strictObject({
    path: Name.optional(),
    uri: Name.optional(),
    wsid: Name.optional(),
    entity_id: Name.optional(),
    range: z
      .strictObject({ startLine: Position, startColumn: Position, endLine: Position, endColumn: Position })
      .optional(),
  })
  .refine(({ path, uri, wsid, entity_id }) => (path ?? uri ?? wsid ?? entity_id) !== undefined, {
    error: "found a place without a name, expected path, uri, wsid or entity_id",
  });
export type DiagnosticLocation = z.infer<typeof DiagnosticLocation>;

/** What it rests on: E-03. */
export const EvidenceRefs = z.strictObject({
  fr_event_ids: z.array(Id).optional(),
  related_job_ids: z.array(Id).optional(),
  related_activity_span_ids: z.array(Id).optional(),
  related_session_span_ids: z.array(Id).optional(),
  artifact_hashes: z
    .strictObject({ input_hash: Sha256.optional(), output_hash: Sha256.optional(), diff_hash: Sha256.optional() })
    .optional(),
});
export type EvidenceRefs = z.infer<typeof EvidenceRefs>;

/**
 * DIAG-SCHEMA-001 (E-01 to E-03): one thing that is wrong, by reference, never with a secret or a report in it (E-17).
 *
 * `code` is always set (E-16). Lengths are limits of ours: a report belongs into an artifact.
 */
export const Diagnostic = z.strictObject({
  id: Id,
  fingerprint: Sha256,
  title: z.string().min(1).max(1000),
  message: z.string().min(1).max(8000),
  severity: DiagnosticSeverity,
  source: DiagnosticSource,
  surface: z.enum(["monaco", "canvas", "sheet", "terminal", "connector", "system"]),
  link_confidence: LinkConfidence,
  timestamp: z.iso.datetime(),
  code: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "expected a stable code such as SUPPLY_CHAIN_VULN_BLOCK"),
  tool: z.string().min(1).max(200).optional(),
  tags: z.array(z.string().min(1).max(200)).max(50).optional(),
  wsid: Name.optional(),
  job_id: Id.optional(),
  model_id: z.string().min(1).max(200).optional(),
  actor: z.enum(["human", "agent", "system"]).optional(),
  capability_id: z.string().min(1).max(200).optional(),
  policy_decision_id: Id.optional(),
  locations: z.array(DiagnosticLocation).max(1000).optional(),
  evidence_refs: EvidenceRefs.optional(),
  status: z.enum(["open", "acknowledged", "muted", "resolved"]).optional(),
  count: z.int().positive().optional(),
  first_seen: z.iso.datetime().optional(),
  last_seen: z.iso.datetime().optional(),
  updated_at: z.iso.datetime().optional(),
});
export type Diagnostic = z.infer<typeof Diagnostic>;
