import type { KindId } from "../../schemas/common.ts";
import type { Diagnostic } from "../../schemas/protocol/diagnostic.ts";
import type { Decision, DecisionInput } from "../decide/decide.ts";
import { diagnosticsOf } from "../protocol/diagnostics/build.ts";
import { validateFingerprints, validatePolicy, validateShape } from "../protocol/diagnostics/validate.ts";

/**
 * Everything that a run has to say, one Diagnostic each (protocol E): the text of `diagnostics.jsonl` is made of it.
 * @throws Error when one is not what the protocol asks for (VAL-DIAG-001, VAL-FP-001, VAL-POLICY-001): a bug of ours
 */
export function runDiagnostics(
  { plan, deniedAfter = [] }: DecisionInput,
  { verdict, jobs, findings }: Decision,
): Diagnostic[] {
  const diagnostics = diagnosticsOf({
    mode: plan.mode,
    asOf: plan.asOf,
    policySha256: plan.policy.sha256,
    jobs: operationIds(plan),
    tools: Object.fromEntries(jobs.flatMap(({ kind, tool }) => (tool === null ? [] : [[kind, tool]]))),
    findings,
    gaps: jobs.flatMap(({ kind, gaps }) => gaps.map((gap) => ({ kind, gap }))),
    problems: verdict.incomplete.filter(({ code }) => !code.endsWith("-denied")),
    denials: [...plan.jobs.flatMap((job) => (job.state === "denied" ? job.denials : [])), ...deniedAfter],
  });
  const [breach] = [
    ...validateShape(diagnostics),
    ...validateFingerprints(diagnostics),
    ...validatePolicy(diagnostics, plan.policy.sha256),
  ];
  if (breach !== undefined) throw new Error(`${breach.validator}: ${breach.id ?? "no id"}: ${breach.message}`);
  return diagnostics;
}

/** `op_id` of each operation of a plan. */
export function operationIds({ jobs }: DecisionInput["plan"]): Map<KindId, string> {
  return new Map(jobs.flatMap((job) => ("operation" in job ? [[job.kind, job.operation.op_id]] : [])));
}
