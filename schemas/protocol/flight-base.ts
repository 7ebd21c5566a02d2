import { z } from "zod";
import { Sha256 } from "../common.ts";
import { Id } from "./diagnostic.ts";

/** Something stored, by its content (B-12): `artifact://sha256/<hex>`. */
export const ArtifactRef = z
  .string()
  .regex(/^artifact:\/\/sha256\/[0-9a-f]{64}$/, "expected artifact://sha256/ and 64 lower-case hex digits");

export const Count = z.int().nonnegative();
export const Time = z.iso.datetime();
export const Text = z.string().max(4096);
export const Name = z.string().min(1).max(500);

/** Event base (F-01) and what makes a chain of the events: the trace they all share, their number, and the hash of the line before. */
export const base = {
  event_id: Id,
  trace_id: Id,
  /** From 0, without a hole. */
  seq: Count,
  /** SHA-256 of the line before, without its line end; 64 zeros for the first. */
  prev: Sha256,
  timestamp: Time,
  actor: z.enum(["human", "agent", "system"]),
  actor_id: Name.optional(),
  job_id: Id.optional(),
  workflow_run_id: Id.optional(),
  model_id: Name.optional(),
  model_session_id: Id.optional(),
  wsids: z.array(Id).max(100).optional(),
  activity_span_id: Id.optional(),
  session_span_id: Id.optional(),
  capability_id: Name.optional(),
  policy_decision_id: Id.optional(),
};
