import { z } from "zod";
import { KindId, Mode, Sha256 } from "./common.ts";
import { Problem } from "./evidence.ts";
import { GateDenial } from "./protocol/gate-decision.ts";
import { PlannedOperation } from "./protocol/planned-operation.ts";
import { Step } from "./step.ts";

/** The envelope of a job: its operation is a kind of ours. */
const JobOperation = PlannedOperation.extend({ operation: KindId });

/** One entry of the plan. `impossible`: it is required, but can't be run here (no advisories, say): the verdict can't be PASSED. */
export const Job = z.discriminatedUnion("state", [
  z.strictObject({
    kind: KindId,
    state: z.literal("planned"),
    operation: JobOperation,
    step: Step,
    /** Digest over tool, argv, environment, staged content and limits: same key, same evidence. */
    stepKey: Sha256,
    /** Staged name (below `{scan}`) to source path, for files that the tool sees under another name. */
    names: z.record(z.string(), z.string()),
  }),
  z.strictObject({ kind: KindId, state: z.literal("in-process"), operation: JobOperation, stepKey: Sha256 }),
  /** A gate said no: it is not run, and the verdict can't be PASSED (protocol C-03). */
  z.strictObject({
    kind: KindId,
    state: z.literal("denied"),
    operation: JobOperation,
    denials: z.array(GateDenial).min(1),
  }),
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
