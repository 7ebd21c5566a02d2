import type { SourcePath } from "../../schemas/common.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { Job } from "../../schemas/plan.ts";
import { COMMAND_LINE } from "./capabilities/surface.ts";
import type { PreInput } from "./gates/gate.ts";
import { judgeBefore, type PreJudgement } from "./gates/judge.ts";
import { REGISTRY } from "./registry/bundled.ts";

export type OperatedJob = Extract<Job, { operation: unknown }>;

/** The tree as the plan knows it. */
export interface KnownTree {
  readonly inventory: Inventory;
  /** Digest of the inventory, and the bytes of all its files. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What the six gates say of a job's operation before anything is done (protocol C): the same whenever it is asked, from the plan alone. */
export function judgeJob(job: OperatedJob, tree: KnownTree): PreJudgement {
  return judgeBefore(preInputOf(job, tree));
}

/** Everything that a job's operation is judged by, from the plan alone. */
export function preInputOf(job: OperatedJob, { inventory, sha256, bytes }: KnownTree): PreInput {
  const { operation } = job;
  return {
    operation,
    registry: REGISTRY,
    surface: COMMAND_LINE,
    step: job.state === "planned" ? job.step : null,
    stepKey: job.state === "denied" ? String(operation.params["step_key"]) : job.stepKey,
    reads: [{ content_hash: sha256, size_bytes: bytes }],
    sha256Of: digestsOf(inventory),
  };
}

/** A job as the gates leave it: denied, or as it was. */
export function gated<J extends OperatedJob>(job: J, tree: KnownTree): J | Extract<Job, { state: "denied" }> {
  const { denials } = judgeJob(job, tree);
  if (denials.length === 0) return job;
  return { kind: job.kind, state: "denied", operation: job.operation, denials: [...denials] };
}

/** Only steps that copy a file ask for one: the index is made when it is needed. */
function digestsOf({ files }: Inventory): (source: SourcePath) => string | undefined {
  let index: ReadonlyMap<string, string> | undefined;
  return (source) => {
    index ??= new Map(files.map((file) => [keyOf(file), file.sha256]));
    return index.get(keyOf(source));
  };
}

function keyOf({ path, pathBytes }: SourcePath): string {
  return pathBytes ?? `text ${path}`;
}
