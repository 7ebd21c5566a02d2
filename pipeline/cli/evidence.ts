import { GateError } from "../../schemas/error.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import type { Job, Plan } from "../../schemas/plan.ts";
import type { Register } from "../../schemas/register.ts";
import { collectEvidence, NEVER_ENDED, type StepFiles } from "../decide/collect.ts";
import type { StepOutcome } from "../execute/engine.ts";
import { PINS } from "./pins.ts";

type InProcessJob = Extract<Job, { state: "in-process" }>;
export type PlannedJob = Extract<Job, { state: "planned" }>;

/** What a job's step left, or the reason why it never ran. */
export function evidenceOf(
  job: PlannedJob,
  outcome: StepOutcome | undefined,
  error: GateError | undefined,
  beside: Pick<StepFiles, "history" | "advisory"> = {},
): Evidence {
  if (outcome !== undefined) return collectEvidence(job, { ...outcome, ...beside }, PINS);
  return notRun(
    job,
    job.step.tool,
    error ?? new GateError("TOOL_UNAVAILABLE", `${job.step.tool}: the engine left no outcome`),
  );
}

/** Evidence of nothing, with the reason. */
function notRun({ kind, stepKey }: PlannedJob | InProcessJob, tool: string, { message, next }: GateError): Evidence {
  return {
    schemaVersion: "supply-gate/evidence-1",
    kind,
    stepKey,
    tool,
    end: NEVER_ENDED,
    problems: [{ code: "tool-unavailable", message, ...(next === undefined ? {} : { next }) }],
    report: null,
  };
}

/** The register as evidence of its audit, which is read by us, so that no tool ended; null when the plan audits none. */
export function registerEvidence(
  { jobs }: Plan,
  register: Register | null,
  error?: GateError | undefined,
): Evidence | null {
  const job = jobs.find((each): each is InProcessJob => each.state === "in-process");
  if (job === undefined || register === null) return null;
  if (error !== undefined) return notRun(job, "supply-gate", error);
  return {
    schemaVersion: "supply-gate/evidence-1",
    kind: job.kind,
    stepKey: job.stepKey,
    tool: "supply-gate",
    end: { ...NEVER_ENDED, status: 0 },
    problems: [],
    report: register,
  };
}
