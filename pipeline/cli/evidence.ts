import type { GateError } from "../../schemas/error.ts";
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
  missing: ReadonlyMap<string, GateError>,
  beside: Pick<StepFiles, "history" | "advisory"> = {},
): Evidence {
  if (outcome !== undefined) return collectEvidence(job, { ...outcome, ...beside }, PINS);
  const error = missing.get(job.step.tool);
  const message = error?.message ?? `${job.step.tool}: the engine left no outcome`;
  return {
    schemaVersion: "supply-gate/evidence-1",
    kind: job.kind,
    stepKey: job.stepKey,
    tool: job.step.tool,
    end: NEVER_ENDED,
    problems: [{ code: "tool-unavailable", message, ...(error?.next === undefined ? {} : { next: error.next }) }],
    report: null,
  };
}

/** The register as evidence of its audit, which is read by us, so that no tool ended; null when the plan audits none. */
export function registerEvidence({ jobs }: Plan, register: Register | null): Evidence | null {
  const job = jobs.find((each): each is InProcessJob => each.state === "in-process");
  if (job === undefined || register === null) return null;
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
