import { z } from "zod";
import { ArtifactHandle, ArtifactKind } from "./artifact-handle.ts";
import { Id } from "./diagnostic.ts";

/** The 32 KB rule (B-05, K-27): over the whole envelope as compact UTF-8 JSON. */
export const MAX_ENVELOPE_BYTES = 32_768;

/** D0 live, D1 from evidence, D2 structural, D3 bitwise (B-30). Both letter cases are read, `D1` is what we write (K-04). */
export const Determinism = z.enum(["D0", "D1", "D2", "D3", "d0", "d1", "d2", "d3"]);
export type Determinism = z.infer<typeof Determinism>;

/** The four caps (B-04, K-05), all of them mandatory; `max_duration_ms` and `max_output_kb` are other words for wall and output, and not read. */
export const Budget = z.strictObject({
  cpu_time_ms: z.int().positive(),
  wall_time_ms: z.int().positive(),
  memory_bytes: z.int().positive(),
  output_bytes: z.int().positive(),
});
export type Budget = z.infer<typeof Budget>;

/** What has to be there as evidence (K-06); mandatory for D0 and D1, which G-DET looks after (K-09). */
export const EvidencePolicy = z.strictObject({
  required: z.boolean(),
  kinds: z.array(ArtifactKind),
  notes: z.string().optional(),
});
export type EvidencePolicy = z.infer<typeof EvidencePolicy>;

const EngineId = z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_]+)*$/, "expected an id such as engine.supply_chain.vuln");

/**
 * PlannedOperation `poe-1.0` (B-01, B-02): what is asked for, what it may use, what it may cost. Unknown keys are refused at every level.
 *
 * `op_id` is derived from the rest (`pipeline/protocol/op-id.ts`), so that equal plans are equal bytes; `params` fit the schema that the registry has for the operation.
 */
export const PlannedOperation = z.strictObject({
  schema_version: z.literal("poe-1.0"),
  op_id: Id,
  engine_id: EngineId,
  /** A range of versions of the engine's interface (K-33): `>=1.0.0 <2.0.0`. */
  engine_version_req: z.string().min(1),
  operation: z.string().regex(/^[a-z0-9_]+$/, "expected a name such as vuln_scan"),
  inputs: z.array(ArtifactHandle),
  params: z.record(z.string(), z.json()),
  capabilities_requested: z.array(z.string()).min(1),
  capability_profile_id: z.string().min(1),
  human_consent_obtained: z.boolean(),
  budget: Budget,
  determinism: Determinism,
  evidence_policy: EvidencePolicy.optional(),
  output_spec: z.strictObject({
    expected_types: z.array(z.string()).min(1),
    max_bytes: z.int().positive().optional(),
  }),
});
export type PlannedOperation = z.infer<typeof PlannedOperation>;
