import type { Split } from "../../schemas/cells.ts";
import type { KindId } from "../../schemas/common.ts";
import type { Components } from "../../schemas/component.ts";
import type { Evidence, Problem } from "../../schemas/evidence.ts";
import type { JudgedFinding } from "../../schemas/finding.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { Known } from "../../schemas/known.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import type { Plan } from "../../schemas/plan.ts";
import type { Policy } from "../../schemas/policy.ts";
import type { GateDenial } from "../../schemas/protocol/gate-decision.ts";
import type { PinnedTools } from "../../schemas/tools.ts";
import type { Verdict } from "../../schemas/verdict.ts";
import type { WaiverFile } from "../../schemas/waivers.ts";
import { splitOf } from "../split/split.ts";
import { digestsOf, waivableFinding, waivableGap } from "../waivers/covers.ts";
import { judgeVex, judgeWaivers, type WaiverState } from "../waivers/judge-waivers.ts";
import { type DecidedJob, decidedJob } from "./decided-job.ts";
import { isNeverClean } from "./gaps.ts";
import { componentsOf, type JudgedJob, judgeJobs } from "./jobs.ts";
import { knowing } from "./knowing.ts";
import { type LockfileSets, lockfileSets } from "./lockfile-sets.ts";
import { priced } from "./price.ts";
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
  /** What was known beside them: a base to compare with, exploit lists. */
  readonly known: Known;
  readonly tools: PinnedTools;
  readonly isolation: Verdict["isolation"];
  /** What gates had against the results of its jobs: those do not count. */
  readonly deniedAfter?: readonly GateDenial[] | undefined;
}

export interface Decision {
  readonly verdict: Verdict;
  readonly jobs: readonly DecidedJob[];
  readonly findings: readonly JudgedFinding[];
  /** Each waiver, in the file's order, with what it covers. */
  readonly waivers: readonly WaiverState[];
  readonly lockfileSets: readonly LockfileSets[];
  readonly components: Components;
}

/** The decision: the same input gives the same verdict and the same bytes, anywhere. */
export function decide(input: DecisionInput): Decision {
  const components = componentsOf(input);
  const found = judgeJobs(input, components);
  const judged = knowing(found, input);
  const held = {
    things: judged.flatMap(({ findings, coverage }) => [
      ...findings.map(waivableFinding),
      ...(coverage?.gaps ?? []).filter((gap) => !isNeverClean(gap)).map(waivableGap),
    ]),
    digests: digestsOf(input.inventory),
    asOf: input.plan.asOf,
    terms: input.policy.waivers,
  };
  const own = judgeWaivers({ ...held, waivers: input.waivers?.waivers ?? [] });
  const answers = judgeVex({ ...held, waivers: input.known.vex }, own);
  const jobs = judged.map((job) => decidedJob(job, input, answers.by));
  const terms = { policy: input.policy, mode: input.plan.mode, by: answers.by };
  const said = answers.findings.map((finding) => priced(finding, terms));
  const findings = [...jobs.flatMap((job) => job.findings), ...said];
  return {
    verdict: verdictOf(input, jobs, findings, splitFor(found, input)),
    jobs,
    findings,
    waivers: answers.states,
    lockfileSets: lockfileSets(input),
    components,
  };
}

function splitFor(found: readonly JudgedJob[], { known: { cells } }: DecisionInput): Split | null {
  if (cells === null) return null;
  return splitOf(
    found.flatMap(({ findings }) => findings),
    cells,
  );
}
