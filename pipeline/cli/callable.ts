import type { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Plan } from "../../schemas/plan.ts";
import { type Standing, standings } from "./conformance-record.ts";
import type { World } from "./world.ts";

/** Which operations of a plan may not be carried out, and why; with how each engine stands. */
export interface Callable {
  readonly refused: ReadonlyMap<KindId, GateError>;
  readonly standings: Readonly<Record<string, Standing["state"]>>;
}

/** An engine that did not pass conformance as it is now is not called (A-25, H-01). `isTested`: it is being tested. @throws GateError as `standings` */
export function callable({ jobs }: Plan, isTested: boolean, world: World): Callable {
  const refused = new Map<KindId, GateError>();
  const states: Record<string, Standing["state"]> = {};
  const standingOf = isTested ? (): Standing => ({ state: "untested" }) : standings(world);
  for (const job of jobs) {
    if (!("operation" in job) || job.state === "denied") continue;
    const id = job.operation.engine_id;
    const standing = standingOf(id);
    states[id] = standing.state;
    if (standing.state !== "failed") continue;
    const cases = standing.failed.join(", ");
    refused.set(
      job.kind,
      new GateError("TOOL_UNAVAILABLE", `${id}: is not called, it did not pass conformance (${cases})`, {
        next: "supply-gate conformance shows what is wrong; mend it and run that again",
      }),
    );
  }
  return { refused, standings: states };
}
