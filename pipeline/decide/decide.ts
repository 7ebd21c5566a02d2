import type { KindId } from "../../schemas/common.ts";
import type { Components } from "../../schemas/component.ts";
import type { Evidence, Problem } from "../../schemas/evidence.ts";
import type { JudgedFinding } from "../../schemas/finding.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import type { Plan } from "../../schemas/plan.ts";
import type { Policy } from "../../schemas/policy.ts";
import type { GateDenial } from "../../schemas/protocol/gate-decision.ts";
import type { PinnedTools } from "../../schemas/tools.ts";
import type { Verdict } from "../../schemas/verdict.ts";
import type { WaiverFile } from "../../schemas/waivers.ts";
import { type DecidedJob, judgeJobs } from "./jobs.ts";
import { type LockfileSets, lockfileSets } from "./lockfile-sets.ts";
import { verdictOf } from "./verdict.ts";

/** Everything that a decision is a function of. `isolation` is what the execution proved about itself. */
export interface DecisionInput {
  readonly plan: Plan;
  readonly inventory: Inventory;
  readonly lockfiles: readonly Lockfile[];
  /** Lockfiles that could not be read. */
  readonly broken: readonly Problem[];
  readonly policy: Policy;
  readonly waivers: WaiverFile | null;
  readonly evidence: ReadonlyMap<KindId, Evidence>;
  readonly tools: PinnedTools;
  readonly isolation: Verdict["isolation"];
  /** What gates had against the results of its jobs: those do not count. */
  readonly deniedAfter?: readonly GateDenial[] | undefined;
}

export interface Decision {
  readonly verdict: Verdict;
  readonly jobs: readonly DecidedJob[];
  readonly findings: readonly JudgedFinding[];
  readonly lockfileSets: readonly LockfileSets[];
  readonly components: Components;
}

/** The decision: the same input gives the same verdict and the same bytes, anywhere. */
export function decide(input: DecisionInput): Decision {
  const { jobs, components } = judgeJobs(input);
  return {
    verdict: verdictOf(input, jobs),
    jobs,
    findings: jobs.flatMap(({ findings }) => findings),
    lockfileSets: lockfileSets(input),
    components,
  };
}
