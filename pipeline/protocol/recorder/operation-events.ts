import type { Diagnostic } from "../../../schemas/protocol/diagnostic.ts";
import type { NewEvent } from "../../../schemas/protocol/flight-event.ts";

type Event<Type extends NewEvent["type"], Message = unknown> = Extract<
  NewEvent,
  { type: Type } & (Message extends string ? { message: Message } : unknown)
>;

/** FR-EVT-003: that there is a diagnostic, with the job it is about; its trace is the run's (J-80). */
export function diagnosticEvent({ id, severity, source, job_id }: Diagnostic): Event<"diagnostic"> {
  return { type: "diagnostic", diagnostic_id: id, severity, source, ...(job_id === undefined ? {} : { job_id }) };
}

/** one check of a capability, allowed or not. `jobId` is null for one that is about no job. */
export function capabilityEvent(
  capabilityId: string,
  actorId: string,
  jobId: string | null,
  outcome: "allow" | "deny",
): Event<"capability_action"> {
  const job = jobId === null ? {} : { job_id: jobId };
  return {
    type: "capability_action",
    capability_id: shortened(capabilityId),
    actor_id: actorId,
    ...job,
    decision_outcome: outcome,
  };
}

/** A gate's decision (C-11). A denial has the id of the diagnostic that tells it. */
export interface GateDecision {
  readonly gate: string;
  readonly phase: "pre" | "post";
  readonly op_id: string;
  readonly denied: { readonly code: string; readonly severity: "error" | "warn"; readonly diagnosticId: string } | null;
}

export function gateEvent({ gate, phase, op_id, denied }: GateDecision): Event<"system", "gate_outcome"> {
  return {
    ...SYSTEM,
    message: "gate_outcome",
    level: denied?.severity ?? "info",
    job_id: op_id,
    gate,
    phase,
    op_id,
    outcome: denied === null ? "pass" : "denied",
    code: denied?.code ?? null,
    diagnostic_id: denied?.diagnosticId ?? null,
  };
}

/** What the system event of an operation says (F-08); refs are `artifact://sha256/…`. */
export interface OperationFacts {
  readonly engineId: string;
  readonly operation: string;
  readonly opId: string;
  readonly status: "succeeded" | "failed" | "denied";
  /** Failure code of the engine; null for success. */
  readonly reason: string | null;
  readonly tool: string;
  /** The same text as the engine's version in the provenance. */
  readonly toolVersion: string;
  readonly configHash: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly evidence: readonly string[];
  /** Of this run; those of this operation that are fatal are its blocking ones. */
  readonly diagnostics: readonly Diagnostic[];
}

export function operationEvent(facts: OperationFacts): Event<"system", "supply_chain_op"> {
  const { opId, status } = facts;
  const blocking = facts.diagnostics
    .filter(({ job_id, severity }) => job_id === opId && severity === "fatal")
    .map(({ id }) => id)
    .sort();
  return {
    ...SYSTEM,
    message: "supply_chain_op",
    level: status === "succeeded" && blocking.length === 0 ? "info" : "error",
    job_id: opId,
    engine_id: facts.engineId,
    operation: facts.operation,
    op_id: opId,
    status,
    reason: facts.reason,
    tool: facts.tool,
    tool_version: facts.toolVersion,
    config_hash: facts.configHash,
    inputs: [...facts.inputs],
    outputs: [...facts.outputs],
    evidence: [...facts.evidence],
    diagnostic_id: blocking[0] ?? null,
    blocking: blocking.length,
  };
}

const SYSTEM = { type: "system", component: "mex_supply_chain" } as const;

/** What a caller made up may be of any length and hold anything. */
function shortened(name: string): string {
  return name.slice(0, 200) || "(nothing)";
}
