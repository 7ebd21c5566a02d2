import type { SourcePath } from "../../../schemas/common.ts";
import type { EngineResult } from "../../../schemas/protocol/engine-result.ts";
import type { GateDenial, GateId } from "../../../schemas/protocol/gate-decision.ts";
import type { PlannedOperation } from "../../../schemas/protocol/planned-operation.ts";
import type { Environment, Implementation } from "../../../schemas/protocol/provenance-record.ts";
import type { Registry } from "../../../schemas/protocol/registry.ts";
import type { Step } from "../../../schemas/step.ts";
import type { SurfacePolicy } from "../capabilities/surface.ts";

/** A gate's no, before it is said of which operation. */
export type Denial = Omit<GateDenial, "gate" | "op_id">;

/** Content that the plan knows: by digest, with its size. */
export interface KnownContent {
  readonly content_hash: string;
  readonly size_bytes: number;
}

/** What is judged before anything is done: an envelope, and the plan's facts about what would carry it out. */
export interface PreInput {
  /** As it came: any JSON value. */
  readonly operation: unknown;
  readonly registry: Registry;
  readonly surface: SurfacePolicy;
  /** What would run; null when no process would. */
  readonly step: Step | null;
  /** Key of that step, or of the check in our own process. */
  readonly stepKey: string;
  /** Everything that would be read. */
  readonly reads: readonly KnownContent[];
  /** Digest of a regular file of the plan's inventory; undefined for a link, a folder and what is not in it. */
  readonly sha256Of: (source: SourcePath) => string | undefined;
}

/** What really happened, from the step's record, the stored files and the plan; nothing of it from the result that is judged. */
export interface Measured {
  /** Size of each file that was stored for this operation, by its digest. */
  readonly files: ReadonlyMap<string, number>;
  /** The step whose evidence was read; null when there is none. */
  readonly stepKey: string | null;
  /** The report among the outputs, as value; undefined when there is none. */
  readonly report: unknown;
  /** Null when nothing was started now: a check of our own, evidence that is used again. */
  readonly usage: { readonly wallMs: number; readonly cpuMs: number; readonly memoryBytes: number } | null;
  /** Whether a process was started now, so that there must be a usage. */
  readonly started: boolean;
  readonly implementation: Implementation;
  /** Everything that was read. */
  readonly reads: readonly KnownContent[];
  readonly configHash: string;
  readonly environment: Environment;
  /** What was granted before the run. */
  readonly granted: readonly string[];
}

/** What is judged afterwards: the result of an operation that was let through. */
export interface PostInput {
  readonly operation: PlannedOperation;
  readonly registry: Registry;
  /** As it came: any JSON value. */
  readonly result: unknown;
  readonly measured: Measured;
}

/** One of the six (C-01): pure, says everything that it has against an operation or its result, nothing when it has nothing. */
export interface Gate {
  readonly id: GateId;
  pre(input: PreInput): Denial[];
  post(input: PostInput): Denial[];
}

/** Whether anybody will rely on a result: on a success, or on findings that block. */
export function isReliedOn({ reason }: EngineResult): boolean {
  return reason === null || reason === "policy_block";
}

/** A denial of weight; `details` is for values that differ from case to case. */
export function denial(code: Denial["code"], reason: string, details?: string): Denial {
  return { code, reason, severity: "error", ...(details === undefined ? {} : { details: details.slice(0, 2000) }) };
}
