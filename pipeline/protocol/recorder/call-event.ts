import type { NewEvent } from "../../../schemas/protocol/flight-event.ts";
import type { ExitRecord } from "../../../schemas/step.ts";
import { digestOf } from "../../findings/digest.ts";

type ToolCall = Extract<NewEvent, { type: "tool_call" }>;

/** A call of a tool, as it is asked for: `tool` null for what runs in our own process. */
export interface Call {
  readonly callId: string;
  readonly jobId: string;
  readonly toolId: string;
  /** MAJOR.MINOR.PATCH that was asked for: the pin's. */
  readonly toolVersion: string;
  readonly startsProcess: boolean;
  /** Same key, same evidence. */
  readonly stepKey: string;
  readonly args: unknown;
  readonly capabilities: readonly string[];
  readonly spanId?: string | undefined;
}

/** How it ended for the decision: `error` null only when nothing blocks and nothing is incomplete (J-06). */
export interface CallEnd {
  readonly versionFound: string | null;
  readonly timing: ToolCall["timing"];
  readonly error: ToolCall["error"];
  readonly resultRef?: string | undefined;
  readonly resultHash?: string | undefined;
}

/** FR-EVT-007 (F-09) with what is true of a scanner (J-78): it executes, and the step's key makes it repeatable; an audit of ours only reads. */
export function toolCallEvent(call: Call, end: CallEnd): ToolCall {
  return {
    type: "tool_call",
    tool_call_id: call.callId,
    job_id: call.jobId,
    tool_id: call.toolId,
    tool_version: call.toolVersion,
    tool_version_found: end.versionFound,
    transport: "local",
    side_effect: call.startsProcess ? "EXECUTE" : "READ",
    idempotency: "IDEMPOTENT_WITH_KEY",
    idempotency_key: call.stepKey,
    caller: { kind: "system", id: "supply-gate" },
    ok: end.error === null,
    error: end.error,
    args_hash: digestOf(call.args),
    ...(end.resultRef === undefined ? {} : { result_ref: end.resultRef }),
    ...(end.resultHash === undefined ? {} : { result_hash: end.resultHash }),
    timing: end.timing,
    capability_ids: [...call.capabilities],
    ...(call.spanId === undefined ? {} : { parent_span_id: call.spanId }),
  };
}

/** The times of a call out of its step's record. */
export function timingOf({ started, ended, wallMs }: ExitRecord): ToolCall["timing"] {
  return { started_at: started, ended_at: ended, duration_ms: wallMs };
}

/** Why a step's end is an error of the tool; null when it ended by itself with a status, whatever that means. */
export function processError({ spawnError, killedBy, signal }: ExitRecord, code: string): ToolCall["error"] {
  if (spawnError !== null)
    return { code, kind: "tool", message: `could not be started (${spawnError})`, retryable: false };
  if (killedBy === "cancel") return { code, kind: "canceled", retryable: true };
  if (killedBy !== null) return { code, kind: "timeout", message: `ended by its ${killedBy} limit`, retryable: true };
  return signal === null ? null : { code, kind: "tool", message: `ended by signal ${signal}`, retryable: true };
}

/** Evidence of an earlier run that counts again: its own times stay apart from now. */
export function reusedEvent(
  jobId: string,
  stepKey: string,
  evidence: string,
  original: { readonly started_at: string; readonly ended_at: string; readonly trace_id: string | null },
): Extract<NewEvent, { type: "evidence_reused" }> {
  return { type: "evidence_reused", job_id: jobId, step_key: stepKey, evidence, original: { ...original } };
}
