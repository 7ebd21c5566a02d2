import type { Severity } from "../../schemas/common.ts";
import type { JudgedFinding, JudgedGap } from "../../schemas/finding.ts";
import type { Decision } from "../decide/decide.ts";

/**
 * What the one decision holds against a tree and the other does not: findings and gaps that are gone or weigh less, in jobs that are not incomplete.
 * Empty when the other is as strict.
 */
export function lostIn(before: Decision, after: Decision): string[] {
  return before.jobs.flatMap((job) => {
    const now = after.jobs.find(({ kind }) => kind === job.kind);
    if (now?.state === "incomplete") return [];
    const findings = new Map((now?.findings ?? []).map((finding) => [finding.id, weightOf(finding)]));
    const gaps = new Map((now?.gaps ?? []).map((gap) => [gap.id, GAP_EFFECT[gap.effect]]));
    return [
      ...job.findings.flatMap((finding) => lighter(finding.id, weightOf(finding), findings)),
      ...job.gaps.flatMap((gap) => lighter(gap.id, GAP_EFFECT[gap.effect], gaps)),
    ];
  });
}

const EFFECT = { waived: 0, report: 1, block: 2 } as const satisfies Record<JudgedFinding["effect"], number>;
const GAP_EFFECT = { waived: 0, report: 1, incomplete: 2 } as const satisfies Record<JudgedGap["effect"], number>;
const SEVERITY = { none: 0, low: 1, medium: 2, unknown: 3, high: 4, critical: 5 } as const satisfies Record<
  Severity,
  number
>;

function weightOf({ effect, severity }: JudgedFinding): number {
  return 10 * EFFECT[effect] + SEVERITY[severity];
}

function lighter(id: string, weight: number, now: ReadonlyMap<string, number>): string[] {
  const found = now.get(id);
  if (found === undefined) return [`${id} is gone`];
  return found < weight ? [`${id} weighs less`] : [];
}
