import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Known } from "../../../pipeline/protocol/recorder/correlate.ts";
import { openRecorder, type Recorder, type RecorderOptions } from "../../../pipeline/protocol/recorder/recorder.ts";
import type { NewEvent } from "../../../schemas/protocol/flight-event.ts";

export const JOB = "22222222-2222-8222-8222-222222222222";
export const SPAN = "33333333-3333-7333-8333-333333333333";
export const TRACE = "44444444-4444-7444-8444-444444444444";
export const SESSION = "55555555-5555-7555-8555-555555555555";
export const REF = `artifact://sha256/${"c".repeat(64)}`;
export const KNOWN: Known = { jobs: [JOB], diagnostics: [], artifacts: [REF] };
export const ENDED = { outcome: "PASSED", exitCode: 0 } as const;

/** Options of a recorder in a folder of its own, whose clock ticks a second each time and whose ids are numbered. */
export function options(more: Partial<RecorderOptions> = {}): RecorderOptions {
  let ticks = 0;
  let ids = 0;
  return {
    path: join(mkdtempSync(join(tmpdir(), "recorder-")), "flight-recorder.jsonl"),
    now: () => new Date(Date.UTC(2026, 0, 2) + 1000 * ticks++),
    newId: () => `00000000-0000-7000-8000-${String(++ids).padStart(12, "0")}`,
    traceId: TRACE,
    sessionId: SESSION,
    gateVersion: "0.1.0",
    command: "run",
    ...more,
  };
}

export const CAPABILITY: NewEvent = {
  type: "capability_action",
  capability_id: "fs.read:inputs",
  actor_id: "supply-gate",
  job_id: JOB,
  decision_outcome: "allow",
};

/** One event of each kind that a run may have. */
export const EVENTS: readonly NewEvent[] = [
  CAPABILITY,
  { type: "span_started", span_id: SPAN, name: "vuln_scan", job_id: JOB },
  {
    type: "terminal_command",
    job_id: JOB,
    activity_span_id: SPAN,
    purpose: "scan",
    cwd: "{out}",
    command: "{tool}/osv-scanner",
    args: ["scan", "--format=json"],
    args_omitted: 0,
    args_hash: "d".repeat(64),
    exit_code: 1,
    signal: null,
    spawn_error: null,
    started_at: "2026-01-02T00:00:00Z",
    duration_ms: 12,
    timed_out: false,
    cancelled: false,
    truncated_bytes: 0,
    stdout_ref: REF,
  },
  {
    type: "tool_call",
    job_id: JOB,
    tool_call_id: "66666666-6666-7666-8666-666666666666",
    tool_id: "oss.osvscanner",
    tool_version: "2.3.0",
    tool_version_found: "2.3.0",
    transport: "local",
    side_effect: "EXECUTE",
    idempotency: "IDEMPOTENT_WITH_KEY",
    idempotency_key: "e".repeat(64),
    caller: { kind: "system", id: "supply-gate" },
    ok: true,
    error: null,
    args_hash: "d".repeat(64),
    result_ref: REF,
    timing: { started_at: "2026-01-02T00:00:00Z", ended_at: "2026-01-02T00:00:01Z", duration_ms: 12 },
    capability_ids: ["proc.exec:osv-scanner"],
    parent_span_id: SPAN,
  },
  {
    type: "system",
    component: "mex_supply_chain",
    message: "supply_chain_op",
    level: "info",
    job_id: JOB,
    engine_id: "engine.supply_chain.vuln",
    operation: "vuln_scan",
    op_id: JOB,
    status: "succeeded",
    reason: null,
    tool: "osv-scanner",
    tool_version: "2.3.0",
    config_hash: "d".repeat(64),
    inputs: [REF],
    outputs: [REF],
    evidence: [REF],
    diagnostic_id: null,
    blocking: 0,
  },
  {
    type: "system",
    component: "mex_supply_chain",
    message: "gate_outcome",
    level: "info",
    job_id: JOB,
    gate: "G-CAP",
    phase: "pre",
    op_id: JOB,
    outcome: "pass",
    code: null,
    diagnostic_id: null,
  },
  {
    type: "evidence_reused",
    job_id: JOB,
    step_key: "e".repeat(64),
    evidence: REF,
    original: { started_at: "2025-01-02T00:00:00Z", ended_at: "2025-01-02T00:00:01Z", trace_id: null },
  },
  { type: "artifact_action", action: "store", artifact: REF, outcome: "done", code: null },
  { type: "span_ended", span_id: SPAN, job_id: JOB, metrics: { "hsk.job.latency": 12 } },
];

/** A run of one job from beginning to end, as the bytes that it left. */
export function recorded(events = EVENTS): { path: string; bytes: Buffer; head: string } {
  const given = options();
  const recorder = openRecorder(given);
  recordAll(recorder, events);
  const { head } = recorder.close(KNOWN, ENDED);
  return { path: given.path, bytes: readFileSync(given.path), head };
}

export function recordAll(recorder: Recorder, events: readonly NewEvent[]): string[] {
  return events.map((event) => recorder.record(event));
}

export function linesOf(bytes: Buffer): string[] {
  return bytes.toString("utf8").trimEnd().split("\n");
}
