import type { Split } from "../../schemas/cells.ts";
import type { JudgedFinding } from "../../schemas/finding.ts";
import type { JobVerdict, Verdict } from "../../schemas/verdict.ts";
import { digestOf } from "../findings/digest.ts";
import type { DecisionInput } from "./decide.ts";
import type { DecidedJob } from "./decided-job.ts";
import { summaryOf } from "./summary.ts";

/** FAILED as soon as something blocks; PASSED only when every required job is complete and nothing does; else INCOMPLETE. */
export function verdictOf(
  input: DecisionInput,
  jobs: readonly DecidedJob[],
  findings: readonly JudgedFinding[],
  split: Split | null,
): Verdict {
  const { plan } = input;
  const blocking = findings.filter(({ effect }) => effect === "block");
  const incomplete = jobs.flatMap(({ kind, problems }) => problems.map((problem) => ({ kind, ...problem })));
  const verdict = blocking.length > 0 ? "FAILED" : incomplete.length > 0 ? "INCOMPLETE" : "PASSED";
  const { sha256: inventorySha256, files, bytes, lockfiles, packages } = plan.inventory;
  return {
    schemaVersion: "supply-gate/verdict-1",
    verdict,
    exitCode: EXIT[verdict],
    mode: plan.mode,
    asOf: plan.asOf,
    policy: plan.policy,
    waivers: plan.waivers,
    pins: plan.pins,
    source: { inventorySha256, files, bytes, lockfiles, packages },
    advisories: plan.advisories,
    planSha256: digestOf(plan),
    evidenceSha256: evidenceDigest(input),
    isolation: input.isolation,
    counts: countsOf(findings),
    jobs: jobs.map((job) => jobVerdict(job, input)),
    blocking: blocking.map(blockingOf),
    incomplete,
    split,
    next: nextStep(verdict, blocking, incomplete),
  };
}

/** Stored evidence is held against it: a change that no judge looks at is a change all the same. */
function evidenceDigest({ evidence, ...input }: DecisionInput): string {
  const { inventory, lockfiles, broken, policy, waivers, known, tools } = input;
  return digestOf({
    ...{ inventory, lockfiles, broken, policy, waivers, known, tools },
    evidence: Object.fromEntries(evidence),
  });
}

const EXIT = { PASSED: 0, FAILED: 1, INCOMPLETE: 3 } as const;

function jobVerdict(job: DecidedJob, input: DecisionInput): JobVerdict {
  const count = (effect: JudgedFinding["effect"]) => job.findings.filter((finding) => finding.effect === effect).length;
  const version = job.tool === null ? undefined : input.tools.tools[job.tool]?.version;
  const { expected, found } = job.canaries;
  return {
    kind: job.kind,
    state: job.state,
    tool: job.tool === null || version === undefined ? null : { name: job.tool, version },
    canaries: { expected: expected.length, found: expected.filter((name) => found.includes(name)).length },
    summary: summaryOf(job),
    findings: { block: count("block"), report: count("report"), waived: count("waived") },
    problems: [...job.problems],
  };
}

/** Findings by rule, sorted: `vulnerability.high: 3`. */
function countsOf(findings: readonly JudgedFinding[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function blockingOf(finding: JudgedFinding): Verdict["blocking"][number] {
  const [place] = finding.locations;
  const line = place?.startLine === undefined ? "" : `:${place.startLine}`;
  const commit = place?.commit === undefined ? "" : ` in commit ${place.commit.slice(0, 12)}`;
  const file = place === undefined ? "" : `${place.path}${line}${commit}`;
  const where = finding.purl === undefined ? file : `${finding.purl}${file === "" ? "" : ` in ${file}`}`;
  const { id, kind, rule, severity, title, origin, because, next } = finding;
  return { id, kind, rule, severity, title, where, ...(origin === undefined ? {} : { origin }), because, next };
}

function nextStep(
  verdict: Verdict["verdict"],
  blocking: readonly JudgedFinding[],
  incomplete: Verdict["incomplete"],
): string {
  const [first] = blocking;
  if (first !== undefined) return `supply-gate explain ${first.id}: ${first.next}`;
  if (verdict === "PASSED") return "nothing: it may go in";
  return incomplete.find(({ next }) => next !== undefined)?.next ?? "read run/ for what the tool said";
}
