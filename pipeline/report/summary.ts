import type { JudgedFinding } from "../../schemas/finding.ts";
import type { Policy } from "../../schemas/policy.ts";
import type { JobVerdict } from "../../schemas/verdict.ts";
import type { Decision } from "../decide/decide.ts";
import { aliveText, coverageSentence, originText, splitSentence } from "../decide/summary.ts";
import { visible } from "../findings/visible.ts";

const MAX_ROWS = 200;

/** `summary.md`: the verdict, why, and what to do, for a pull request or a release page. Every foreign text stands in a code span. */
export function toSummary({ verdict, findings, jobs, components }: Decision, policy: Policy): string {
  const looked = coverageSentence(jobs);
  const split = splitSentence(verdict.split);
  const { isolation, advisories, source } = verdict;
  return [
    `# ${verdict.verdict}`,
    "",
    `${source.files} files, ${source.packages} locked packages in ${source.lockfiles} lockfiles. Mode ${verdict.mode}, policy ${code(policy.name)}, as of ${verdict.asOf}.`,
    "",
    ...(split === "" ? [] : [`Whose fault: ${code(split)}`, ""]),
    ...(looked === "" ? [] : [`Looked at: ${code(looked)}`, ""]),
    `Next: ${code(verdict.next)}`,
    "",
    "| job | state | tool | what it says |",
    "| --- | --- | --- | --- |",
    ...verdict.jobs.map((job) => `| ${job.kind} | ${job.state} | ${toolOf(job)} | ${code(job.summary)} |`),
    "",
    ...section("Blocking", findings, "block"),
    ...incompleteSection(verdict.incomplete),
    ...section("Listed, not blocking", findings, "report"),
    ...section("Waived", findings, "waived"),
    ...fixedSection(verdict.split),
    "## What this was decided on",
    "",
    `- isolation: ${isolation.kind}, egress: ${isolation.egress}`,
    `- advisories: ${advisories === null ? "none" : `snapshot ${advisories.snapshotId}, newest record ${advisories.newestModified}`}`,
    ...factsLine(components),
    `- policy: ${verdict.policy.sha256}`,
    `- source inventory: ${source.inventorySha256}`,
    `- plan: ${verdict.planSha256}`,
    `- tools: ${toolsOf(verdict) || "none"}`,
    "",
  ].join("\n");
}

/** `gitleaks 8.30.1 alive (2 of 2 canaries)`. */
function toolOf({ state, tool, canaries }: JobVerdict): string {
  return tool === null || state === "not-required" ? "" : `${tool.name} ${tool.version}${aliveText(canaries)}`;
}

/** Says for how many components the licence was read in the archive itself. */
function factsLine({ components }: Decision["components"]): string[] {
  const known = components.filter(({ licenses }) => licenses !== undefined);
  if (known.length === 0) return [];
  const differing = known.filter(({ licenses }) => (licenses?.undeclared.length ?? 0) > 0);
  return [
    `- licence facts: ${known.length} of ${components.length} components; in ${differing.length} of them licence files name more than is declared`,
  ];
}

/** Those of jobs that were to be done. */
function toolsOf({ jobs }: Decision["verdict"]): string {
  return jobs
    .flatMap(({ state, tool }) => (tool === null || state === "not-required" ? [] : [`${tool.name} ${tool.version}`]))
    .join(", ");
}

function section(title: string, findings: readonly JudgedFinding[], effect: JudgedFinding["effect"]): string[] {
  const rows = findings.filter((finding) => finding.effect === effect);
  if (rows.length === 0) return [];
  const cut = rows.length > MAX_ROWS ? ["", `… and ${rows.length - MAX_ROWS} more: see reports/.`] : [];
  return [
    `## ${title} (${rows.length})`,
    "",
    "| finding | severity | what | where | because |",
    "| --- | --- | --- | --- | --- |",
    ...rows.slice(0, MAX_ROWS).map(row),
    ...cut,
    "",
  ];
}

function row({ id, severity, ruleId, title, purl, locations, because, origin }: JudgedFinding): string {
  const [place] = locations;
  const line = place?.startLine === undefined ? "" : `:${place.startLine}`;
  const commit = place?.commit === undefined ? "" : ` in commit ${place.commit.slice(0, 12)}`;
  const file = place === undefined ? "" : `${place.path}${line}${commit}`;
  const where = [purl ?? "", file].filter((part) => part !== "").join(" in ");
  return `| ${code(id)} | ${severity} | ${code(`${ruleId}: ${title}`)} | ${code(where)} | ${code(`${because}${originText(origin)}`)} |`;
}

function fixedSection(split: Decision["verdict"]["split"]): string[] {
  const fixed = split?.fixed ?? [];
  if (fixed.length === 0) return [];
  const lines = fixed.slice(0, MAX_ROWS).map(({ id, ruleId, title, purl }) => {
    const where = purl === undefined ? "" : ` in ${code(purl)}`;
    return `- ${code(id)} ${code(`${ruleId}: ${title}`)}${where}`;
  });
  return [`## Fixed here (${fixed.length})`, "", ...lines, ""];
}

function incompleteSection(incomplete: Decision["verdict"]["incomplete"]): string[] {
  if (incomplete.length === 0) return [];
  const lines = incomplete.map(({ kind, code: reason, message, next }) => {
    const todo = next === undefined ? "" : ` Next: ${code(next)}`;
    return `- ${kind ?? "gate"} ${reason}: ${code(message)}${todo}`;
  });
  return [`## Incomplete (${incomplete.length})`, "", ...lines, ""];
}

/** A code span that its content can't leave: the fence is longer than any run of backticks; pipes would end a table's cell. */
function code(text: string): string {
  const plain = visible(text).replaceAll("|", "\\|").slice(0, 500);
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return plain === "" ? "" : `${fence}${pad}${plain}${pad}${fence}`;
}
