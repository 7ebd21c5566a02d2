import type { KindId } from "../../schemas/common.ts";
import type { Components } from "../../schemas/component.ts";
import type { Evidence, Problem } from "../../schemas/evidence.ts";
import type { Coverage, Finding, JudgedFinding } from "../../schemas/finding.ts";
import type { Job } from "../../schemas/plan.ts";
import { kindOf } from "../kinds/index.ts";
import type { Judgement } from "../kinds/kind.ts";
import { sbomGenerate } from "../kinds/sbom_generate/index.ts";
import type { SbomReport } from "../kinds/sbom_generate/reader.ts";
import { mergeComponents } from "./components.ts";
import type { DecisionInput } from "./decide.ts";
import { priceOf } from "./policy.ts";
import { waiverFor } from "./waivers.ts";

/** A job as it counts: complete only when its evidence is there, read, and without a problem. */
export interface DecidedJob {
  readonly kind: KindId;
  readonly state: "complete" | "incomplete" | "not-required";
  readonly tool: string | null;
  readonly reason: string | null;
  readonly problems: readonly Problem[];
  readonly findings: readonly JudgedFinding[];
  readonly coverage: Coverage | null;
}

/** Judges every job of the plan by its kind, and prices what is found by policy and waivers. */
export function judgeJobs(input: DecisionInput): { jobs: DecidedJob[]; components: Components } {
  const components = mergeComponents(input.lockfiles, sbomReportOf(input));
  return { jobs: input.plan.jobs.map((job) => decidedJob(job, input, components)), components };
}

function decidedJob(job: Job, input: DecisionInput, components: Components): DecidedJob {
  const extra = NEEDS_LOCKFILES.has(job.kind) ? input.broken : [];
  if (job.state === "not-required" && extra.length === 0) {
    const tool = kindOf(job.kind).tool;
    return {
      kind: job.kind,
      state: "not-required",
      tool,
      reason: job.reason,
      problems: [],
      findings: [],
      coverage: null,
    };
  }
  const judgement = judgementOf(job, input, components);
  const problems = [...extra, ...judgement.problems, ...gapProblems(judgement.coverage, input)];
  return {
    kind: job.kind,
    state: problems.length === 0 ? "complete" : "incomplete",
    tool: kindOf(job.kind).tool,
    reason: null,
    problems,
    findings: judgement.findings.map((finding) => priced(finding, input)),
    coverage: judgement.coverage,
  };
}

/** A lockfile that can't be read leaves these without what they had to look at. */
const NEEDS_LOCKFILES: ReadonlySet<KindId> = new Set(["vuln_scan", "sbom_generate"]);

function judgementOf(
  job: Job,
  input: DecisionInput,
  components: Components,
): { problems: readonly Problem[]; findings: readonly Finding[]; coverage: Coverage | null } {
  const nothing = { findings: [], coverage: null };
  if (job.state === "not-required") return { problems: [], ...nothing };
  if (job.state === "impossible") return { problems: [job.problem], ...nothing };
  const evidence = input.evidence.get(job.kind);
  if (evidence === undefined) return { problems: [missing(job.kind)], ...nothing };
  if (job.state === "planned" && evidence.stepKey !== job.stepKey) return { problems: [foreign(job.kind)], ...nothing };
  if (evidence.report === null) {
    return { problems: evidence.problems.length > 0 ? evidence.problems : [missing(job.kind)], ...nothing };
  }
  const kind = kindOf(job.kind);
  const judgement: Judgement = kind.judge({
    report: kind.read(evidence.report),
    inventory: input.inventory,
    lockfiles: input.lockfiles,
    components,
    policy: input.policy,
    mode: input.plan.mode,
    step: job.state === "planned" ? job.step : undefined,
    names: job.state === "planned" ? job.names : {},
  });
  return { ...judgement, problems: [...evidence.problems, ...judgement.problems] };
}

function missing(kind: KindId): Problem {
  return { code: "report-missing", message: `${kind}: no evidence that it ran` };
}

function foreign(kind: KindId): Problem {
  return { code: "report-invalid", message: `${kind}: found evidence of another step than the planned one` };
}

/** What could not be read is never clean; what is only not pinned is worth what the policy says. */
function gapProblems(coverage: Coverage | null, { policy, plan }: DecisionInput): Problem[] {
  const priced = (coverage?.gaps ?? []).filter(
    ({ code }) => code === "unreadable" || policy.gaps[plan.mode] === "incomplete",
  );
  const [first] = priced;
  if (first === undefined) return [];
  const others = priced.length === 1 ? "" : ` (and ${priced.length - 1} more)`;
  return [
    {
      code: "coverage-gap",
      message: `${first.path}: ${first.code}: ${first.subject}${first.detail === "" ? "" : `: ${first.detail}`}${others}`,
      next: GAP_ADVICE[first.code] ?? "pin it in the lockfile",
    },
  ];
}

const GAP_ADVICE: Readonly<Record<string, string>> = {
  unreadable: "make it readable, or remove it",
  "file-unread": "mend the file, or leave it out by the policy's exclude with a reason",
  "not-scanned": "leave it out by the policy's exclude with a reason, or mend it",
  "lockfile-not-read": "leave it out by the policy's exclude with a reason, or check it by other means",
  "missing-include": "add the file that is included",
};

function priced(finding: Finding, { policy, plan, waivers }: DecisionInput): JudgedFinding {
  const waiver = waiverFor(finding, waivers, plan.asOf);
  if (waiver !== undefined) {
    return {
      ...finding,
      effect: "waived",
      because: `waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}`,
    };
  }
  const { blocks, because } = priceOf(policy, plan.mode, finding.rule);
  return { ...finding, effect: blocks ? "block" : "report", because };
}

function sbomReportOf(input: DecisionInput): SbomReport | null {
  const report: Evidence["report"] | undefined = input.evidence.get("sbom_generate")?.report;
  return report === undefined || report === null ? null : sbomGenerate.read(report);
}
