import { z } from "zod";
import { ArtifactHandle } from "./artifact-handle.ts";
import { Id } from "./diagnostic.ts";
import { EngineError } from "./engine-error.ts";
import { ArtifactRef } from "./flight-base.ts";
import { ProvenanceRecord } from "./provenance-record.ts";

/** Why an operation is not a success (K-08): the policy, the tool, a limit, evidence that does not count, input that is missing, surroundings, a gate. */
export const ResultReason = z.enum([
  "policy_block",
  "tool_error",
  "budget_exceeded",
  "evidence_invalid",
  "incomplete",
  "not_isolated",
  "gate_denied",
]);
export type ResultReason = z.infer<typeof ResultReason>;

/** EngineResult (B-20, B-21): by reference only. `reason` is null exactly for a success; `denied` never ran, so that it has left nothing (C-03). */
export const EngineResult = z
  .strictObject({
    op_id: Id,
    status: z.enum(["succeeded", "failed", "denied"]),
    reason: ResultReason.nullable(),
    started_at: z.iso.datetime(),
    ended_at: z.iso.datetime(),
    outputs: z.array(ArtifactHandle),
    evidence: z.array(ArtifactHandle),
    provenance: ProvenanceRecord,
    errors: z.array(EngineError),
    logs_ref: ArtifactRef.optional(),
  })
  .refine(({ status, reason }) => (status === "succeeded") === (reason === null), {
    path: ["reason"],
    error: "expected a reason exactly when it is not a success",
  })
  .refine(({ status, errors }) => (status === "succeeded") === (errors.length === 0), {
    path: ["errors"],
    error: "expected errors exactly when it is not a success",
  })
  .refine(({ status, reason }) => status !== "denied" || reason === "gate_denied", {
    path: ["reason"],
    error: "expected gate_denied for what was denied",
  })
  .refine(({ status, outputs, evidence }) => status !== "denied" || outputs.length + evidence.length === 0, {
    path: ["outputs"],
    error: "expected nothing of what was denied",
  })
  .refine(({ started_at: from, ended_at: to }) => Date.parse(from) <= Date.parse(to), {
    path: ["ended_at"],
    error: "expected an end that is not before the start",
  });
export type EngineResult = z.infer<typeof EngineResult>;
