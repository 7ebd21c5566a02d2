import type { Split } from "../../schemas/cells.ts";
import type { CoveragePart, DifferenceReason, Finding } from "../../schemas/finding.ts";
import type { JobVerdict } from "../../schemas/verdict.ts";
import type { DecidedJob } from "./decided-job.ts";

/** One line about a job, for people: what was found, over what. */
export function summaryOf({ state, reason, coverage, findings, problems }: DecidedJob): string {
  if (state === "not-required") return `not required: ${reason ?? "nothing to do"}`;
  const found = findings.length === 0 ? "nothing found" : countText(findings.map(({ rule }) => rule));
  const parts = (coverage?.parts ?? []).map(partText);
  const gaps = countText((coverage?.gaps ?? []).map(({ code }) => code));
  const looked = parts.length === 0 ? "" : `, ${parts.join(", ")}`;
  const all = `${found}${looked}${gaps === "" ? "" : ` (not judged: ${gaps})`}`;
  const [problem] = problems;
  if (problem === undefined) return all;
  const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
  return `${problem.message}${more}${findings.length === 0 ? "" : `; ${found}`}`;
}

/** ` alive (2 of 2 canaries)`; empty where there was none to find. */
export function aliveText({ expected, found }: JobVerdict["canaries"]): string {
  if (expected === 0) return "";
  return `${found === expected ? " alive" : " NOT ALIVE"} (${found} of ${expected} ${expected === 1 ? "canary" : "canaries"})`;
}

/** What was looked at, in one sentence: packages by ecosystem, then files. */
export function coverageSentence(jobs: readonly DecidedJob[]): string {
  const parts = (kind: DecidedJob["kind"]) => jobs.find((job) => job.kind === kind)?.coverage?.parts ?? [];
  return [...parts("vuln_scan"), ...parts("secret_scan")].map(partText).join(", ");
}

/** Whose fault it is, in one sentence; empty without a base to compare with. */
export function splitSentence(split: Split | null): string {
  if (split === null) return "";
  const { base, introduced, alreadyThere, newInAdvisories, fixed } = split;
  const name = base.kind === "ref" ? base.name.slice(0, 12) : base.name;
  const counts = [
    `${introduced.length} introduced here`,
    `${alreadyThere.length} already there`,
    `${fixed.length} fixed here`,
    `${newInAdvisories.length} new in the advisories`,
  ];
  return `${counts.join(", ")}, compared with ${name}`;
}

/** ` (introduced here)`; empty where nothing was compared. */
export function originText(origin: Finding["origin"]): string {
  return origin === undefined ? "" : ` (${ORIGINS[origin]})`;
}

const ORIGINS = {
  introduced: "introduced here",
  "already-there": "already there",
  "new-advisory": "new in the advisories",
} as const satisfies Record<NonNullable<Finding["origin"]>, string>;

/** `642 of 644 files (2 version-control left out)`. */
function partText({ unit, expected, seen, leftOut }: CoveragePart): string {
  const left = leftOut.map(({ reason, count }) => `${thousands(count)} ${REASONS[reason]}`).join(", ");
  return `${thousands(seen)} of ${thousands(expected)} ${unit}${left === "" ? "" : ` (left out: ${left})`}`;
}

const REASONS: Readonly<Record<DifferenceReason, string>> = {
  "version-control": "version-control",
  symlink: "symlink",
  "special-file": "special file",
  policy: "by policy",
  output: "output",
  binary: "binary",
  lockfile: "lockfile",
  "installed-dependency": "installed dependency",
  development: "development",
  "executable-without-package": "without a known package",
  "not-by-syft": "listed from the lockfile, not by syft",
};

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
