import type { KindId } from "../../schemas/common.ts";
import type { Problem } from "../../schemas/evidence.ts";
import type { Canaries, Coverage, JudgedFinding, JudgedGap } from "../../schemas/finding.ts";
import type { DecisionInput } from "./decide.ts";
import { gapProblems, judgeGaps } from "./gaps.ts";
import type { JudgedJob } from "./jobs.ts";
import { priced } from "./price.ts";

/** A job as it counts: complete only when its evidence is there, read, and without a problem. */
export interface DecidedJob {
  readonly kind: KindId;
  readonly state: "complete" | "incomplete" | "not-required";
  readonly tool: string | null;
  readonly reason: string | null;
  readonly problems: readonly Problem[];
  readonly findings: readonly JudgedFinding[];
  readonly coverage: Coverage | null;
  readonly gaps: readonly JudgedGap[];
  readonly canaries: Canaries;
}

/** A job under policy and waivers; `by` says who answers for what, by the id of the finding or gap. */
export function decidedJob(
  job: JudgedJob,
  { policy, plan: { mode } }: DecisionInput,
  by: Parameters<typeof priced>[1]["by"],
): DecidedJob {
  const terms = { policy, mode, by };
  const gaps = judgeGaps(job.coverage?.gaps ?? [], terms);
  const problems = [...job.problems, ...gapProblems(gaps)];
  const ended = problems.length === 0 ? "complete" : "incomplete";
  return {
    ...job,
    state: job.state === "not-required" ? "not-required" : ended,
    problems,
    findings: job.findings.map((finding) => priced(finding, terms)),
    gaps,
  };
}
