import type { Problem } from "../../schemas/evidence.ts";
import type { ArtifactHandle } from "../../schemas/protocol/artifact-handle.ts";
import type { EngineError } from "../../schemas/protocol/engine-error.ts";
import type { EngineResult, ResultReason } from "../../schemas/protocol/engine-result.ts";
import type { GateDenial } from "../../schemas/protocol/gate-decision.ts";
import type { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import type { Environment, Implementation } from "../../schemas/protocol/provenance-record.ts";
import type { RegistryEngine } from "../../schemas/protocol/registry.ts";
import { type FailureReason, reasonOf } from "./diagnostics/codes.ts";

/** Everything that a result is a function of. */
export interface EndedOperation {
  readonly operation: PlannedOperation;
  readonly engine: RegistryEngine;
  /** Of the run; in documents outside `run/` both are the as-of date. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** What gates had against it before it was run: it was not, then. */
  readonly deniedBefore: readonly GateDenial[];
  /** What gates had against its result. */
  readonly deniedAfter: readonly GateDenial[];
  readonly problems: readonly Problem[];
  /** What the policy blocks, one line each. */
  readonly blocking: readonly string[];
  readonly outputs: readonly ArtifactHandle[];
  readonly evidence: readonly ArtifactHandle[];
  readonly implementation: Implementation;
  readonly configHash: string;
  readonly granted: readonly string[];
  readonly environment: Environment;
  readonly logsRef?: string | undefined;
}

/**
 * EngineResult of an operation (B-20): `denied` when a gate let it not run, `failed` for anything else that keeps it from counting as done, with the first reason
 * of gate, incomplete work, policy (K-08) and every error by its stable code. A denied one has no outputs (C-03).
 */
export function engineResult(ended: EndedOperation): EngineResult {
  const errors = errorsOf(ended);
  const [first] = errors;
  const status = first === undefined ? "succeeded" : ended.deniedBefore.length > 0 ? "denied" : "failed";
  const outputs = status === "denied" ? [] : [...ended.outputs];
  return {
    op_id: ended.operation.op_id,
    status,
    reason: first?.reason ?? null,
    started_at: ended.startedAt,
    ended_at: ended.endedAt,
    outputs,
    evidence: status === "denied" ? [] : [...ended.evidence],
    provenance: {
      engine_id: ended.operation.engine_id,
      engine_version: ended.engine.interface_version,
      implementation: ended.implementation,
      determinism: ended.operation.determinism,
      config_hash: ended.configHash,
      inputs: [...ended.operation.inputs],
      outputs: [...outputs],
      capabilities_granted: [...ended.granted].sort(),
      environment: ended.environment,
    },
    errors: errors.map(({ error }) => error),
    ...(ended.logsRef === undefined ? {} : { logs_ref: ended.logsRef }),
  };
}

interface Reasoned {
  readonly reason: ResultReason;
  readonly error: EngineError;
}

function errorsOf({ engine, deniedBefore, deniedAfter, problems, blocking }: EndedOperation): Reasoned[] {
  const coded = (reason: ResultReason, message: string): Reasoned => ({
    reason,
    error: { code: engine.failure_codes[reason], message: shortened(message) },
  });
  return [
    ...[...deniedBefore, ...deniedAfter].map(({ gate, code, reason, details }): Reasoned => {
      const message = `${gate}: ${reason}${details === undefined ? "" : `: ${details}`}`;
      return { reason: "gate_denied", error: { code, message: shortened(message) } };
    }),
    ...problems.map(({ code, message }) => coded(RESULT_REASON[reasonOf(code)], message)),
    ...blocking.slice(0, MAX_BLOCKING).map((line) => coded("policy_block", line)),
    ...(blocking.length > MAX_BLOCKING ? [coded("policy_block", `and ${blocking.length - MAX_BLOCKING} more`)] : []),
  ];
}

/** B-25: all of them are in the outputs. */
const MAX_BLOCKING = 20;

const RESULT_REASON: Readonly<Record<FailureReason, ResultReason>> = {
  BLOCK: "policy_block",
  LISTED: "policy_block",
  WAIVED: "policy_block",
  INCOMPLETE: "incomplete",
  GAP: "incomplete",
  TOOL_ERROR: "tool_error",
  BUDGET_EXCEEDED: "budget_exceeded",
  EVIDENCE_INVALID: "evidence_invalid",
  NOT_ISOLATED: "not_isolated",
};

/** B-25: what is longer is in the artifacts. */
function shortened(text: string): string {
  return text.length <= 2000 ? text : `${text.slice(0, 1999)}…`;
}
