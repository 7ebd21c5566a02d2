import type { Finding } from "../../schemas/finding.ts";
import { mergeOpinions } from "../opinions/merge.ts";
import { extraFindings, originsOf } from "../split/split.ts";
import { ageGaps } from "./age.ts";
import type { DecisionInput } from "./decide.ts";
import { exploited } from "./exploited.ts";
import type { JudgedJob } from "./jobs.ts";

/** What jobs found, with all that is known beside them: whose fault it is, what is exploited, how old the advisories are. */
export function knowing(jobs: readonly JudgedJob[], input: DecisionInput): JudgedJob[] {
  const { cells, exploits } = input.known;
  const own = jobs.flatMap(({ findings }) => findings);
  const origins = cells === null ? new Map() : originsOf(own, cells);
  const extra = cells === null ? [] : extraFindings(own, cells);
  return jobs.map((job) => ({
    ...job,
    findings: advised(
      job,
      [...job.findings.map((finding) => withOrigin(finding, origins)), ...extra.filter(isOf(job))],
      input,
    ).map((finding) => exploited(finding, exploits)),
    coverage:
      job.kind !== "vuln_scan" || job.coverage === null
        ? job.coverage
        : { ...job.coverage, gaps: [...job.coverage.gaps, ...ageGaps(input)] },
  }));
}

/** What other tools say counts beside a scanner that looked: of one that did not, nobody knows what it would not report. */
function advised(
  { kind, problems }: JudgedJob,
  findings: readonly Finding[],
  { known: { opinions }, inventory, lockfiles }: DecisionInput,
): readonly Finding[] {
  if (kind !== "vuln_scan" || opinions.length === 0 || problems.length > 0) return findings;
  return mergeOpinions(findings, opinions, { inventory, lockfiles }).findings;
}

function isOf({ kind }: JudgedJob): (finding: Finding) => boolean {
  return (finding) => finding.kind === kind;
}

function withOrigin(finding: Finding, origins: ReadonlyMap<string, NonNullable<Finding["origin"]>>): Finding {
  const origin = origins.get(finding.id);
  return origin === undefined ? finding : { ...finding, origin };
}
