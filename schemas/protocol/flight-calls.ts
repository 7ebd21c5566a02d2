import { z } from "zod";
import { Sha256 } from "../common.ts";
import { Id } from "./diagnostic.ts";
import { ArtifactRef, base, Count, Name, Text, Time } from "./flight-base.ts";

/** FR-EVT-001 (F-03 to F-05): a process that was started or tried. What it wrote is there by handle only. */
export const TerminalCommand = z.strictObject({
  ...base,
  type: z.literal("terminal_command"),
  session_id: Id,
  purpose: z.enum(["version_probe", "scan", "egress_probe"]),
  /** With the placeholders of the step: the same wherever it ran. */
  cwd: Text.optional(),
  command: z.string().min(1).max(4096),
  args: z.array(z.string()).max(4096),
  /** Arguments beyond those that are shown, and the digest of all of them (canonical JSON). */
  args_omitted: Count,
  args_hash: Sha256,
  exit_code: z.int().nullable(),
  signal: Name.nullable(),
  /** Why it could not be started. */
  spawn_error: Name.nullable(),
  started_at: Time,
  duration_ms: Count,
  timed_out: z.boolean(),
  cancelled: z.boolean(),
  truncated_bytes: Count,
  stdout_ref: ArtifactRef.optional(),
  stderr_ref: ArtifactRef.optional(),
  env_ref: ArtifactRef.optional(),
});

/** FR-EVT-007 (F-09). `caller` is its structured actor; the word `actor` is the base's. Hashes are of what is left after redaction. */
export const ToolCall = z
  .strictObject({
    ...base,
    type: z.literal("tool_call"),
    tool_call_id: Id,
    tool_id: z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/, "expected an id such as oss.gitleaks"),
    tool_version: z.string().regex(/^\d+\.\d+\.\d+$/, "expected MAJOR.MINOR.PATCH"),
    /** What the tool itself said; null when it said nothing that is a version. */
    tool_version_found: Name.nullable(),
    transport: z.enum(["local", "mcp", "mex", "stage_bridge", "other"]),
    side_effect: z.enum(["READ", "WRITE", "EXECUTE"]),
    idempotency: z.enum(["IDEMPOTENT", "IDEMPOTENT_WITH_KEY", "NON_IDEMPOTENT"]),
    idempotency_key: Name.optional(),
    caller: z.strictObject({ kind: z.enum(["human", "agent", "system"]), id: Name }),
    ok: z.boolean(),
    error: z
      .strictObject({
        code: Name,
        kind: z.enum(["validation", "auth", "capability", "timeout", "tool", "transport", "canceled", "policy"]),
        message: z.string().max(2000).optional(),
        retryable: z.boolean().optional(),
      })
      .nullable(),
    args_ref: ArtifactRef.optional(),
    args_hash: Sha256,
    result_ref: ArtifactRef.optional(),
    result_hash: Sha256.optional(),
    timing: z.strictObject({ started_at: Time, ended_at: Time, duration_ms: Count }),
    resources_touched: z.array(Name).max(100).optional(),
    capability_ids: z.array(Name).max(100),
    parent_span_id: Id.optional(),
  })
  .refine(({ ok, error }) => ok === (error === null), { error: "expected an error exactly when it is not ok" })
  .refine(({ idempotency, idempotency_key: key }) => (idempotency === "IDEMPOTENT_WITH_KEY") === (key !== undefined), {
    error: "expected a key exactly with IDEMPOTENT_WITH_KEY",
  });
