import type { KindId } from "../../schemas/common.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import type { ToolPins } from "../../schemas/pins.ts";
import type { Job } from "../../schemas/plan.ts";
import type { Register } from "../../schemas/register.ts";
import type { DecisionInput } from "../decide/decide.ts";
import type { Left } from "../kinds/attack.ts";

export type PlannedJob = Extract<Job, { state: "planned" }>;

/** One run of the gate, as it stood before anything was decided: all that a decision is a function of, with what each step left as text. */
export interface Recording {
  readonly name: string;
  /** The tree that was scanned. */
  readonly root: string;
  /** `evidence` holds what no step left: the register. */
  readonly input: DecisionInput;
  readonly steps: readonly RecordedStep[];
  readonly pins: ToolPins;
  readonly register: Register | null;
  /** Folder of the advisory snapshot that the run had. */
  readonly advisories: string | undefined;
}

export interface RecordedStep {
  readonly job: PlannedJob;
  /** What `{scan}` was. */
  readonly scanRoot: string;
  readonly left: Left;
}

/** The evidence of a run by kind, with what stands for one of the steps. */
export function evidenceWith(
  { input }: Recording,
  collected: ReadonlyMap<KindId, Evidence>,
): ReadonlyMap<KindId, Evidence> {
  return new Map([...input.evidence, ...collected]);
}
