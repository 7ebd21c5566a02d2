import type { Job } from "../../schemas/plan.ts";
import type { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import { gated } from "../protocol/judged-job.ts";
import type { Planning } from "./plan.ts";

/**
 * A plan in which an operation from outside stands for the one of the same name, as the gates leave it: denied unless it asks for exactly the step
 * that was planned here, over this tree.
 * @returns null when the plan has no such operation: there is nothing that it could be held against
 */
export function planningAsked(planning: Planning, operation: PlannedOperation): Planning | null {
  const { plan, inventory } = planning;
  const { sha256, bytes } = plan.inventory;
  const planned = plan.jobs.find((job) => "operation" in job && job.kind === operation.operation);
  if (planned === undefined || !("operation" in planned)) return null;
  const asked = { ...planned, operation: { ...operation, operation: planned.kind } };
  const job: Job = gated(asked, { inventory, sha256, bytes });
  return { ...planning, plan: { ...plan, jobs: plan.jobs.map((each) => (each === planned ? job : each)) } };
}
