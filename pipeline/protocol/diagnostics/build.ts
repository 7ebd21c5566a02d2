import type { KindId, Severity } from "../../../schemas/common.ts";
import type { FoundBy, JudgedFinding, JudgedGap } from "../../../schemas/finding.ts";
import type { Diagnostic, DiagnosticSeverity } from "../../../schemas/protocol/diagnostic.ts";
import { digestOf } from "../../findings/digest.ts";
import { failureCode, reasonOf } from "./codes.ts";
import { NOT_EVALUATED, policyDecisionId } from "./decision-id.ts";
import { type Draft, finished } from "./finish.ts";
import type { Denial, DiagnosticsInput } from "./input.ts";
import { linkOf } from "./link.ts";
import { placesOf } from "./places.ts";
import { redacted } from "./redacted.ts";
import { wellFormed } from "./well-formed.ts";

/**
 * Everything that a run has to say against the tree or itself, one Diagnostic each (E-01): findings, gaps, problems, denials.
 *
 * What a policy blocks is `fatal` (E-14), in either mode. What keeps a job from being complete is `fatal` in a release and `error` in a review:
 * fail closed (K-15). What is only listed goes by its severity, what is waived is a hint with the tag `waived`. Sorted by id, each id once.
 */
export function diagnosticsOf(input: DiagnosticsInput): Diagnostic[] {
  const drafts = [
    ...input.findings.map((finding) => ofFinding(finding, input)),
    ...input.gaps.map(({ kind, gap }) => ofGap(kind, gap, input)),
    ...input.problems.filter((problem) => !isToldByGaps(problem, input)).map((problem) => ofProblem(problem, input)),
    ...input.denials.map((denial) => ofDenial(denial, input)),
  ];
  const byId = new Map(drafts.map((draft) => finished(draft, input.asOf)).map((each) => [each.id, each]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const LABEL: Readonly<Record<FoundBy, string>> = {
  secret_scan: "Secret scan",
  vuln_scan: "Vulnerability scan",
  sbom_generate: "SBOM",
  license_scan: "Licence scan",
  oss_register_audit: "Register audit",
  policy: "Policy",
};

function ofFinding(finding: JudgedFinding, input: DiagnosticsInput): Draft {
  const { id, kind, class: findingClass, rule, ruleId, effect, purl, title, detail, because, next } = finding;
  const reason = { block: "BLOCK", report: "LISTED", waived: "WAIVED" } as const;
  const severity = { block: "fatal", report: LISTED[finding.severity], waived: "hint" } as const;
  const { locations, left } = placesOf(finding);
  return {
    ...about(jobOf(kind), input),
    subject: id,
    title: `${LABEL[kind]}: ${ruleId}${purl === undefined ? "" : ` in ${purl}`}`,
    message: [
      `${title}${findingClass === "secret" ? `: ${redacted(ruleId)}` : ""}`,
      detail,
      left === 0 ? undefined : `and ${left} more places, all of them in reports/${kind}.json`,
      because,
      `next: ${next}`,
    ],
    severity: severity[effect],
    code: failureCode(jobOf(kind), reason[effect]),
    tags: [kind, findingClass, rule, ...(effect === "waived" ? ["waived"] : [])],
    policy_decision_id: policyDecisionId(input.policySha256, id),
    status: effect === "waived" ? "acknowledged" : "open",
    locations,
  };
}

/** What the policy itself has to say is said by no job. */
function jobOf(kind: FoundBy): KindId | null {
  return kind === "policy" ? null : kind;
}

/** Unknown is not clean, and not worse than what is known to be bad. */
const LISTED: Readonly<Record<Severity, DiagnosticSeverity>> = {
  critical: "error",
  high: "error",
  unknown: "warning",
  medium: "warning",
  low: "info",
  none: "info",
};

function ofGap(kind: KindId, gap: JudgedGap, input: DiagnosticsInput): Draft {
  const { id, code, path, subject, detail, effect, because } = gap;
  const severity = { incomplete: failClosed(input), report: "warning", waived: "hint" } as const;
  const reason = { incomplete: "INCOMPLETE", report: "GAP", waived: "WAIVED" } as const;
  const what = [path, ...(subject === path ? [] : [subject])].filter((part) => part !== "").join(": ");
  return {
    ...about(jobOf(kind), input),
    subject: id,
    title: `${LABEL[kind]}: not judged (${code})${what === "" ? "" : ` ${what}`}`,
    message: [`${code}: ${what}`, detail, because],
    severity: severity[effect],
    code: failureCode(jobOf(kind), reason[effect]),
    tags: [kind, "gap", code, ...(effect === "waived" ? ["waived"] : [])],
    policy_decision_id: policyDecisionId(input.policySha256, id),
    status: effect === "waived" ? "acknowledged" : "open",
    locations: [{ ...(path === "" ? {} : { path }), entity_id: id }],
  };
}

type ProblemOfJob = DiagnosticsInput["problems"][number];

/** A problem that only sums up gaps is not told a second time; one that no gap stands for is. */
function isToldByGaps({ kind, code, message }: ProblemOfJob, { gaps }: DiagnosticsInput): boolean {
  if (code !== "coverage-gap") return false;
  return gaps.some(
    (each) => each.kind === kind && each.gap.effect === "incomplete" && message.startsWith(`${each.gap.code}: `),
  );
}

function ofProblem({ kind, code, message, next }: ProblemOfJob, input: DiagnosticsInput): Draft {
  const subject = `problem-${digestOf({ kind, code, message: wellFormed(message) }).slice(0, 12)}`;
  return {
    ...about(kind, input),
    subject,
    title: `${kind === null ? "Run" : LABEL[kind]}: ${code}`,
    message: [message, next === undefined ? undefined : `next: ${next}`],
    severity: failClosed(input),
    code: failureCode(kind, reasonOf(code)),
    tags: [...(kind === null ? [] : [kind]), "problem", code, NOT_EVALUATED],
    status: "open",
    locations: [{ entity_id: subject }],
  };
}

/** What the diagnostic of a denial has as the place that it is about. */
export function denialSubject({ gate, code, reason, details, op_id }: Denial): string {
  return `denial-${digestOf({ gate, code, reason, details: wellFormed(details ?? ""), op_id }).slice(0, 12)}`;
}

function ofDenial(denial: Denial, input: DiagnosticsInput): Draft {
  const { gate, code, reason, details, severity, op_id, capability_id } = denial;
  const subject = denialSubject(denial);
  const kind = [...input.jobs].find(([, id]) => id === op_id)?.[0];
  return {
    ...(kind === undefined ? {} : about(kind, input)),
    link: linkOf(op_id, [], new Set(input.jobs.values())),
    subject,
    tool: gate,
    title: `MEX gate denied: ${gate}`,
    message: [reason, details],
    severity: severity === "warn" ? "warning" : failClosed(input),
    code,
    ...(capability_id === undefined ? {} : { capability_id }),
    tags: [...(kind === undefined ? [] : [kind]), "gate-denial", NOT_EVALUATED],
    status: "open",
    locations: [{ entity_id: subject }],
  };
}

function failClosed({ mode }: DiagnosticsInput): "fatal" | "error" {
  return mode === "release" ? "fatal" : "error";
}

/** What a diagnostic has from its job. What is about the run as a whole may be about any of them. */
function about(
  kind: KindId | null,
  { jobs, tools, artifacts }: DiagnosticsInput,
): Pick<Draft, "link" | "tool" | "artifacts"> {
  const known = new Set(jobs.values());
  const stated = kind === null ? null : (jobs.get(kind) ?? null);
  const tool = kind === null ? undefined : tools[kind];
  const hashes = kind === null ? undefined : artifacts?.[kind];
  return {
    link: linkOf(stated, kind === null ? [...known] : [], known),
    ...(tool === undefined ? {} : { tool }),
    ...(hashes === undefined ? {} : { artifacts: hashes }),
  };
}
