import { z } from "zod";
import { KindId, Mode, Sha256 } from "./common.ts";
import { Problem } from "./evidence.ts";
import { Step } from "./step.ts";

/** ArtifactHandle of the protocol (B-10), for content that is named by its digest. */
export const ArtifactHandle = z.strictObject({
  artifact_id: z.uuid(),
  kind: z.enum(["file", "tool_output", "transcript", "dataset_slice", "prompt_payload", "report"]),
  uri: z.string(),
  content_hash: Sha256,
  size_bytes: z.int().nonnegative(),
  classification: z.enum(["low", "medium", "high"]),
  exportable: z.boolean(),
});

const NIL_UUID = "00000000-0000-0000-0000-000000000000";

/** PlannedOperation `poe-1.0` (protocol B1). `op_id` is derived from the content, so that equal plans are equal bytes. */
export const PlannedOperation = z.strictObject({
  schema_version: z.literal("poe-1.0"),
  op_id: z.uuid().refine((id) => id !== NIL_UUID, { error: "found the id of nothing, expected one of the content" }),
  engine_id: z.string(),
  engine_version_req: z.string(),
  operation: KindId,
  inputs: z.array(ArtifactHandle),
  params: z.record(z.string(), z.json()),
  capabilities_requested: z.array(z.string()).min(1),
  capability_profile_id: z.string(),
  human_consent_obtained: z.boolean(),
  budget: z.strictObject({
    cpu_time_ms: z.int(),
    wall_time_ms: z.int(),
    memory_bytes: z.int(),
    output_bytes: z.int(),
  }),
  determinism: z.enum(["d0", "d1", "d2", "d3"]),
  evidence_policy: z.strictObject({ required: z.boolean() }),
  output_spec: z.strictObject({ expected_types: z.array(z.string()), max_bytes: z.int() }),
});
export type PlannedOperation = z.infer<typeof PlannedOperation>;

/** One entry of the plan. `impossible`: it is required, but can't be run here (no advisories, say): the verdict can't be PASSED. */
export const Job = z.discriminatedUnion("state", [
  z.strictObject({
    kind: KindId,
    state: z.literal("planned"),
    operation: PlannedOperation,
    step: Step,
    /** Digest over tool, argv, environment, staged content and limits: same key, same evidence. */
    stepKey: Sha256,
    /** Staged name (below `{scan}`) to source path, for files that the tool sees under another name. */
    names: z.record(z.string(), z.string()),
  }),
  z.strictObject({ kind: KindId, state: z.literal("in-process"), operation: PlannedOperation }),
  z.strictObject({ kind: KindId, state: z.literal("not-required"), reason: z.string() }),
  z.strictObject({ kind: KindId, state: z.literal("impossible"), problem: Problem }),
]);
export type Job = z.infer<typeof Job>;

/** `plan.json`: every job as data. A function of tree, policy, pins, mode, advisories and as-of date; of nothing else. */
export const Plan = z.strictObject({
  schemaVersion: z.literal("supply-gate/plan-1"),
  mode: Mode,
  /** The date that stands for "now" in every document: `--as-of`, else the commit's time, else 1970-01-01. */
  asOf: z.iso.datetime(),
  policy: z.strictObject({ name: z.string(), sha256: Sha256 }),
  waivers: z.strictObject({ sha256: Sha256, count: z.int() }).nullable(),
  pins: z.strictObject({ sha256: Sha256 }),
  advisories: z
    .strictObject({ snapshotId: Sha256, newestModified: z.string(), ecosystems: z.record(z.string(), z.int()) })
    .nullable(),
  inventory: z.strictObject({ sha256: Sha256, files: z.int(), bytes: z.int(), lockfiles: z.int(), packages: z.int() }),
  /** Every kind once: a job that is not in the list would be a job that nobody misses. */
  jobs: z
    .array(Job)
    .refine((jobs) => KindId.options.every((kind) => jobs.filter((job) => job.kind === kind).length === 1), {
      error: "expected one job of every kind",
    }),
});
export type Plan = z.infer<typeof Plan>;
