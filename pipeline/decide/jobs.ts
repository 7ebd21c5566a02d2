import type { KindId } from "../../schemas/common.ts";
import type { Components } from "../../schemas/component.ts";
import type { Evidence, Problem } from "../../schemas/evidence.ts";
import type { Canaries, Coverage, Finding } from "../../schemas/finding.ts";
import type { Job } from "../../schemas/plan.ts";
import type { GateDenial } from "../../schemas/protocol/gate-decision.ts";
import { kindOf } from "../kinds/index.ts";
import type { Judgement } from "../kinds/kind.ts";
import { sbomGenerate } from "../kinds/sbom_generate/index.ts";
import type { SbomReport } from "../kinds/sbom_generate/reader.ts";
import { mergeComponents } from "./components.ts";
import type { DecisionInput } from "./decide.ts";

/** A job before policy and waivers: what its evidence says, and every reason to doubt it. */
export interface JudgedJob {
  readonly kind: KindId;
  readonly state: "judged" | "not-required";
  readonly tool: string | null;
  readonly reason: string | null;
  readonly problems: readonly Problem[];
  readonly findings: readonly Finding[];
  readonly coverage: Coverage | null;
  readonly canaries: Canaries;
}

/** Judges every job of the plan by its kind. */
export function judgeJobs(input: DecisionInput, components: Components): JudgedJob[] {
  return input.plan.jobs.map((job) => judgedJob(job, input, components));
}

/** What the tree consists of, by its lockfiles and by what syft found. */
export function componentsOf(input: DecisionInput): Components {
  const { lockfiles, known, policy } = input;
  return mergeComponents(lockfiles, sbomReportOf(input), known.facts, policy.licenses.clarify);
}

function judgedJob(job: Job, input: DecisionInput, components: Components): JudgedJob {
  const { kind } = job;
  const { tool } = kindOf(kind);
  const extra = NEEDS_LOCKFILES.has(kind) ? input.broken : [];
  if (job.state === "not-required" && extra.length === 0) {
    const nothing = { problems: [], findings: [], coverage: null, canaries: NO_CANARIES };
    return { kind, state: "not-required", tool, reason: job.reason, ...nothing };
  }
  const { findings, coverage, canaries, problems } = judgementOf(job, input, components);
  return {
    kind,
    state: "judged",
    tool,
    reason: null,
    problems: [...extra, ...problems, ...canaryProblems(job, canaries), ...resultProblems(job, input)],
    findings,
    coverage,
    canaries,
  };
}

/** A lockfile that can't be read leaves these without what they had to look at. */
const NEEDS_LOCKFILES: ReadonlySet<KindId> = new Set(["vuln_scan", "sbom_generate"]);

function judgementOf(
  job: Job,
  input: DecisionInput,
  components: Components,
): Omit<Judgement, "coverage"> & { readonly coverage: Coverage | null } {
  const nothing = { findings: [], coverage: null, canaries: NO_CANARIES };
  if (job.state === "not-required") return { problems: [], ...nothing };
  if (job.state === "impossible") return { problems: [job.problem], ...nothing };
  if (job.state === "denied") return { problems: job.denials.map(deniedProblem), ...nothing };
  const evidence = input.evidence.get(job.kind);
  if (evidence === undefined) return { problems: [missing(job.kind)], ...nothing };
  if (evidence.stepKey !== job.stepKey) return { problems: [foreign(job.kind)], ...nothing };
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

function deniedProblem(denial: GateDenial): Problem {
  return { code: "operation-denied", message: wordsOf(denial), next: "nothing was run: change what was asked for" };
}

function resultProblems(job: Job, { deniedAfter = [] }: DecisionInput): Problem[] {
  if (!("operation" in job)) return [];
  const next = "do not rely on this job: run it again, and report what the gate says if it stays";
  return deniedAfter
    .filter(({ op_id: id }) => id === job.operation.op_id)
    .map((denial) => ({ code: "result-denied", message: wordsOf(denial), next }));
}

function wordsOf({ gate, code, reason, details }: GateDenial): string {
  return `${gate} (${code}): ${reason}${details === undefined ? "" : `: ${details}`}`;
}

function missing(kind: KindId): Problem {
  return { code: "report-missing", message: `${kind}: no evidence that it ran` };
}

function foreign(kind: KindId): Problem {
  return { code: "report-invalid", message: `${kind}: found evidence of another step than the planned one` };
}

const NO_CANARIES: Canaries = { expected: [], found: [] };

/** A tool that does not find what was put there for it has not looked, whatever else it says. */
function canaryProblems({ kind }: Job, { expected, found }: Canaries): Problem[] {
  const missed = expected.filter((name) => !found.includes(name));
  if (missed.length === 0) return [];
  return [
    {
      code: "canary-missing",
      message: `${kindOf(kind).tool ?? kind}: did not find ${missed.length} of ${expected.length} canaries that were put beside the input (${missed.join(", ")})`,
      next: "supply-gate tools verify",
    },
  ];
}

function sbomReportOf(input: DecisionInput): SbomReport | null {
  const report: Evidence["report"] | undefined = input.evidence.get("sbom_generate")?.report;
  return report === undefined || report === null ? null : sbomGenerate.read(report);
}
