import type { DecidedJob } from "./jobs.ts";

/** One line about a job, for people: what was found, over what. */
export function summaryOf({ state, reason, coverage, findings, problems }: DecidedJob): string {
  if (state === "not-required") return `not required: ${reason ?? "nothing to do"}`;
  const over =
    coverage === null ? "" : `${thousands(coverage.seen)} of ${thousands(coverage.expected)} ${coverage.unit}`;
  const left = (coverage?.leftOut ?? []).map(({ reason: why, count }) => `${thousands(count)} ${why}`).join(", ");
  const found = findings.length === 0 ? "nothing found" : countText(findings.map(({ rule }) => rule));
  const gaps = countText((coverage?.gaps ?? []).map(({ code }) => code));
  const looked =
    over === ""
      ? ""
      : `, ${over}${left === "" ? "" : ` (left out: ${left})`}${gaps === "" ? "" : ` (not judged: ${gaps})`}`;
  const [problem] = problems;
  if (problem === undefined) return `${found}${looked}`;
  const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
  return `${problem.message}${more}${findings.length === 0 ? "" : `; ${found}`}`;
}

function countText(rules: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, count]) => `${thousands(count)} ${rule}`)
    .join(", ");
}

function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
