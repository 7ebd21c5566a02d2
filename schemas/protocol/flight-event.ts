import { z } from "zod";
import { Sha256 } from "../common.ts";
import { DiagnosticSeverity, DiagnosticSource, Id } from "./diagnostic.ts";
import { ArtifactRef, base, Count, Name, Text, Time } from "./flight-base.ts";
import { TerminalCommand, ToolCall } from "./flight-calls.ts";

const RunStarted = z.strictObject({
  ...base,
  type: z.literal("run_started"),
  session_id: Id,
  gate_version: Name,
  /** What was asked for, such as `run`. */
  command: Text,
});

const RunEnded = z.strictObject({
  ...base,
  type: z.literal("run_ended"),
  session_id: Id,
  /** A verdict; `DONE` for what is no run, such as work on a store. */
  outcome: z.enum(["PASSED", "FAILED", "INCOMPLETE", "DONE"]),
  exit_code: z.int(),
  /** Of this event too. */
  events: z.int().positive(),
  duration_ms: Count,
  /** SHA-256 of this event as canonical JSON without this field: no line after it says what it was. */
  digest: Sha256,
});

/** F-13: a span around each job. */
const SpanStarted = z.strictObject({ ...base, type: z.literal("span_started"), span_id: Id, name: Name });
const SpanEnded = z.strictObject({
  ...base,
  type: z.literal("span_ended"),
  span_id: Id,
  metrics: z.strictObject({
    "hsk.job.latency": Count.optional(),
    "hsk.job.tokens": Count.optional(),
    "hsk.workflow.step_duration": Count.optional(),
  }),
});

/** FR-EVT-003 (F-06): that there is a diagnostic; never what it says. */
const DiagnosticEvent = z.strictObject({
  ...base,
  type: z.literal("diagnostic"),
  diagnostic_id: Id,
  wsid: Id.optional(),
  severity: DiagnosticSeverity.optional(),
  source: DiagnosticSource.optional(),
});

const Level = z.enum(["info", "warn", "error"]);

/** System event of one operation (F-08, K-29). */
const OperationEvent = z
  .strictObject({
    ...base,
    type: z.literal("system"),
    component: z.literal("mex_supply_chain"),
    message: z.literal("supply_chain_op"),
    level: Level,
    engine_id: Name,
    operation: Name,
    op_id: Id,
    status: z.enum(["succeeded", "failed", "denied"]),
    /** Why it is not succeeded: a failure code of the engine (K-08). */
    reason: Name.nullable(),
    tool: Name,
    tool_version: Name,
    config_hash: Sha256,
    inputs: z.array(ArtifactRef).max(100),
    outputs: z.array(ArtifactRef).max(100),
    evidence: z.array(ArtifactRef).max(100),
    /** Of the first diagnostic that blocks, and how many there are; the others are events of this job. */
    diagnostic_id: Id.nullable(),
    blocking: Count,
  })
  .refine(({ blocking, diagnostic_id }) => blocking > 0 === (diagnostic_id !== null), {
    error: "expected a diagnostic exactly when something blocks",
  });

/** A gate's decision about an operation or its result (C-02, C-11). */
const GateOutcome = z
  .strictObject({
    ...base,
    type: z.literal("system"),
    component: z.literal("mex_supply_chain"),
    message: z.literal("gate_outcome"),
    level: Level,
    gate: Name,
    phase: z.enum(["pre", "post"]),
    op_id: Id,
    outcome: z.enum(["pass", "denied"]),
    code: Name.nullable(),
    diagnostic_id: Id.nullable(),
  })
  .refine(
    ({ outcome, code, diagnostic_id: id }) =>
      outcome === "pass" ? code === null && id === null : code !== null && id !== null,
    {
      error: "expected code and diagnostic exactly for a denial",
    },
  );

/** four keys, `job_id` (of the base) if there is one. */
const CapabilityAction = z.strictObject({
  ...base,
  type: z.literal("capability_action"),
  capability_id: Name,
  actor_id: Name,
  decision_outcome: z.enum(["allow", "deny"]),
});

/** No process ran: an earlier one's evidence counts again. Its times are in `original`; `timestamp` is of now. */
const EvidenceReused = z.strictObject({
  ...base,
  type: z.literal("evidence_reused"),
  job_id: Id,
  step_key: Sha256,
  evidence: ArtifactRef,
  original: z.strictObject({ started_at: Time, ended_at: Time, trace_id: Id.nullable() }),
});

/** Somebody had something of the store copied out, pinned or the like, or was refused (D-09). */
const ArtifactAction = z.strictObject({
  ...base,
  type: z.literal("artifact_action"),
  action: z.enum(["store", "materialize", "export", "pin", "unpin"]),
  artifact: ArtifactRef,
  target: Text.optional(),
  outcome: z.enum(["done", "refused"]),
  code: Name.nullable(),
});

/** D-15: what a collection of garbage did; its report is stored before anything goes. */
const GcSummary = z.strictObject({
  ...base,
  type: z.literal("meta.gc_summary"),
  report: ArtifactRef,
  dry_run: z.boolean(),
  items_scanned: Count,
  items_pruned: Count,
  items_spared_pinned: Count,
  items_spared_window: Count,
  total_bytes_freed: Count,
});

/** One line of `run/flight-recorder.jsonl`. A type, a key or an id that is not listed here is refused (F-02, J-79). */
export const FlightEvent = z.discriminatedUnion("type", [
  RunStarted,
  RunEnded,
  SpanStarted,
  SpanEnded,
  TerminalCommand,
  DiagnosticEvent,
  ToolCall,
  z.discriminatedUnion("message", [OperationEvent, GateOutcome]),
  CapabilityAction,
  EvidenceReused,
  ArtifactAction,
  GcSummary,
]);
export type FlightEvent = z.infer<typeof FlightEvent>;

/** Events that may come after the end of a run: what is done with its results. */
export const AFTER_THE_END: ReadonlySet<FlightEvent["type"]> = new Set([
  "artifact_action",
  "meta.gc_summary",
  "capability_action",
]);

type Chained = "event_id" | "trace_id" | "seq" | "prev" | "timestamp" | "session_id" | "actor" | "workflow_run_id";
type Without<E> = E extends unknown ? Omit<E, Chained | "digest"> & { readonly actor?: FlightEvent["actor"] } : never;

/** An event before the recorder takes it: what the chain, the clock and the run add is not there; `actor` is the system unless it says otherwise. */
export type NewEvent = Without<Exclude<FlightEvent, { type: "run_started" | "run_ended" }>>;
