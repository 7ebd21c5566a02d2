import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runStep } from "../../../pipeline/execute/step-runner.ts";
import { scrubberOf } from "../../../pipeline/leaks/scrub.ts";
import { diagnosticsOf } from "../../../pipeline/protocol/diagnostics/build.ts";
import {
  type Call,
  processError,
  reusedEvent,
  timingOf,
  toolCallEvent,
} from "../../../pipeline/protocol/recorder/call-event.ts";
import { liveIds, workflowRunId } from "../../../pipeline/protocol/recorder/live-id.ts";
import { capabilityEvent, gateEvent, operationEvent } from "../../../pipeline/protocol/recorder/operation-events.ts";
import { commandEvents } from "../../../pipeline/protocol/recorder/process-events.ts";
import { openRecorder } from "../../../pipeline/protocol/recorder/recorder.ts";
import { timeline } from "../../../pipeline/protocol/recorder/timeline.ts";
import { verifyRecorder } from "../../../pipeline/protocol/recorder/verify.ts";
import { ExitRecord, Step, type StepInvocation } from "../../../schemas/step.ts";
import { finding, input, JOBS } from "../diagnostics/made.ts";
import { JOB, options, REF, recorded, SPAN } from "./made.ts";

const MIB = 1024 * 1024;
const STEP: Step = Step.parse({
  id: "vuln_scan",
  tool: "osv-scanner",
  argv: ["{tool}/osv-scanner", "scan", "--format=json", "--output=out.json"],
  cwd: "{out}",
  env: {},
  version: { argv: ["{tool}/osv-scanner", "--version"], pattern: "version: (.+)" },
  staging: { copies: [], files: {}, extracts: {}, advisories: true },
  limits: { wallMs: 1000, cpuMs: 1000, memoryBytes: 1024, outputBytes: 1024 },
  exits: { "0": "clean" },
  errorLines: [],
  outputs: [],
  sensitive: false,
});
const EXIT: ExitRecord = {
  status: 1,
  signal: null,
  spawnError: null,
  timedOut: false,
  killedBy: null,
  started: "2026-01-02T00:00:01.000Z",
  ended: "2026-01-02T00:00:03.500Z",
  wallMs: 2500,
  cpuMs: 10,
  maxRssBytes: 1,
  stdoutBytesCut: 3,
  stderrBytesCut: 4,
  toolVersion: "2.3.0",
  probe: null,
};
const PROBE: NonNullable<ExitRecord["probe"]> = {
  status: 0,
  signal: null,
  spawnError: null,
  timedOut: false,
  cancelled: false,
  started: "2026-01-02T00:00:00.000Z",
  wallMs: 20,
  bytesCut: 0,
};
const context = { jobId: JOB, scrub: (text: string) => text };

describe("FR-EVT-001, for each process of a step (F-04)", () => {
  it("A-65 F-03: says what was run, how it ended, and where its output is", () => {
    expect(commandEvents(STEP, EXIT, { ...context, spanId: SPAN, refs: { stdout: REF } })).toEqual([
      {
        type: "terminal_command",
        purpose: "scan",
        job_id: JOB,
        activity_span_id: SPAN,
        cwd: "{out}",
        command: "{tool}/osv-scanner",
        args: ["scan", "--format=json", "--output=out.json"],
        args_omitted: 0,
        args_hash: "6bda4f703f6fc8bb0a71039dff1a9556366be117c1a9efd3111993814ccb968c",
        exit_code: 1,
        signal: null,
        spawn_error: null,
        started_at: "2026-01-02T00:00:01.000Z",
        duration_ms: 2500,
        timed_out: false,
        cancelled: false,
        truncated_bytes: 7,
        stdout_ref: REF,
      },
    ]);
  });

  it("has the version probe as a process of its own", () => {
    const events = commandEvents(
      STEP,
      { ...EXIT, probe: { ...PROBE, timedOut: true, status: null, signal: "SIGKILL" } },
      context,
    );
    expect(events.map(({ purpose, args, timed_out, duration_ms }) => [purpose, args, timed_out, duration_ms])).toEqual([
      ["version_probe", ["--version"], true, 20],
      ["scan", ["scan", "--format=json", "--output=out.json"], false, 2500],
    ]);
  });

  it.each([
    [
      "J-53: that could not be started",
      { status: null, spawnError: "ENOENT" },
      { exit_code: null, spawn_error: "ENOENT" },
    ],
    [
      "a timeout",
      { status: null, signal: "SIGTERM", timedOut: true, killedBy: "wall" },
      { timed_out: true, cancelled: false },
    ],
    ["a cancellation", { status: null, killedBy: "cancel" }, { timed_out: false, cancelled: true }],
    ["a long complaint of the sandbox", { spawnError: "x".repeat(900) }, { spawn_error: "x".repeat(500) }],
  ] as const)("has one for a process %s", (_name, change, expected) => {
    const [event, ...others] = commandEvents(STEP, { ...EXIT, ...change }, context);
    expect([event, others]).toMatchObject([expected, []]);
  });

  it("A-67 J-82: takes the known secret out of a command line, and leaves flags alone", () => {
    const token = ["ghp", "a1B2".repeat(9)].join("_");
    const argv = [...STEP.argv, `--token=${token}`];
    const { text } = scrubberOf([{ ruleId: "github-pat", bytes: Buffer.from(token) }], {});
    const [event] = commandEvents({ ...STEP, argv }, EXIT, { ...context, scrub: text });
    expect(event?.args.slice(0, 3)).toEqual(["scan", "--format=json", "--output=out.json"]);
    expect(JSON.stringify(event)).not.toContain(token);
    expect(event?.args[3]).toMatch(/^--token=.*redacted/);
  });

  it("B-05: keeps as many arguments as fit, counts the others, and has the digest of all", () => {
    const args = Array.from({ length: 5000 }, (_, index) => `--lockfile=${index}`);
    const whole = { ...STEP, argv: ["tool", ...args] };
    const [event] = commandEvents(whole, EXIT, context);
    expect(event?.args.length).toBeGreaterThan(500);
    expect((event?.args.length ?? 0) + (event?.args_omitted ?? 0)).toBe(5000);
    expect(event?.args_hash).not.toBe(
      commandEvents({ ...whole, argv: ["tool", ...args.slice(0, -1)] }, EXIT, context)[0]?.args_hash,
    );
    const recorder = openRecorder(options());
    if (event !== undefined) recorder.record(event);
    recorder.abandon();
  });

  const asked = (argv: string[], wallMs = 60_000, signal?: AbortSignal) => {
    const invocation: StepInvocation = {
      argv: ["/bin/true"],
      cwd: "/",
      env: { PATH: "/usr/bin:/bin" },
      version: { argv, pattern: "(.+)" },
      limits: { wallMs, cpuMs: 60_000, memoryBytes: 512 * MIB, outputBytes: MIB },
      outDir: mkdtempSync(join(tmpdir(), "probe-")),
    };
    return runStep(invocation, { graceMs: 100, ...(signal === undefined ? {} : { signal }) });
  };

  it("F-04: the step runner writes down how the version probe ended, whatever became of it", async () => {
    const good = await asked(["/bin/echo", "1.2.3"]);
    expect(good).toMatchObject({ toolVersion: "1.2.3", probe: { status: 0, spawnError: null, timedOut: false } });
    expect(ExitRecord.parse(good)).toEqual(good);
    expect(await asked(["/nowhere/tool"])).toMatchObject({
      toolVersion: null,
      probe: { status: null, spawnError: "ENOENT" },
    });
    expect(await asked(["/bin/sh", "-c", "echo 1.2.3; exit 4"])).toMatchObject({
      toolVersion: "1.2.3",
      probe: { status: 4 },
    });
    expect(await asked(["/bin/echo", "1"], 60_000, AbortSignal.abort())).toMatchObject({ probe: { cancelled: true } });
  });

  it("a record without a probe is still a record", () => {
    expect(ExitRecord.parse(EXIT)).toEqual(EXIT);
  });
});

const CALL: Call = {
  callId: SPAN,
  jobId: JOB,
  toolId: "oss.osvscanner",
  toolVersion: "2.3.0",
  startsProcess: true,
  stepKey: "e".repeat(64),
  args: STEP.argv,
  capabilities: ["proc.exec:osv-scanner"],
};

describe("FR-EVT-007, for each tool call", () => {
  it("A-66 A-67 H-05 J-78: says that a scanner executes, and with which key it may be done again", () => {
    const end = { versionFound: null, timing: timingOf(EXIT), error: null, resultRef: REF };
    expect(toolCallEvent(CALL, end)).toMatchObject({
      side_effect: "EXECUTE",
      idempotency: "IDEMPOTENT_WITH_KEY",
      idempotency_key: "e".repeat(64),
      caller: { kind: "system", id: "supply-gate" },
      tool_version: "2.3.0",
      tool_version_found: null,
      ok: true,
      timing: { started_at: EXIT.started, ended_at: EXIT.ended, duration_ms: 2500 },
    });
    expect(toolCallEvent({ ...CALL, startsProcess: false }, end).side_effect).toBe("READ");
  });

  it.each([
    [{}, null],
    [{ spawnError: "ENOENT" }, "tool"],
    [{ killedBy: "memory" }, "timeout"],
    [{ killedBy: "cancel" }, "canceled"],
    [{ status: null, signal: "SIGSEGV" }, "tool"],
  ] as const)("C-17 J-06: a step that ended with %j is an error of kind %s", (change, kind) => {
    const error = processError({ ...EXIT, ...change }, "SUPPLY_CHAIN_VULN_TOOL_ERROR");
    expect(error?.kind ?? null).toBe(kind);
    const event = toolCallEvent(CALL, { versionFound: "2.3.0", timing: timingOf(EXIT), error });
    expect(event.ok).toBe(kind === null);
    const recorder = openRecorder(options());
    recorder.record(event);
    recorder.abandon();
  });
});

describe("decisions as events", () => {
  it("A-34: a check of a capability has four keys", () => {
    expect(capabilityEvent("net.http", "supply-gate", JOB, "deny")).toEqual({
      type: "capability_action",
      capability_id: "net.http",
      actor_id: "supply-gate",
      job_id: JOB,
      decision_outcome: "deny",
    });
    expect(capabilityEvent("", "a", null, "deny")).toEqual({
      type: "capability_action",
      capability_id: "(nothing)",
      actor_id: "a",
      decision_outcome: "deny",
    });
  });

  it("C-11: a gate's denial has its diagnostic, a pass has none", () => {
    const gate = { gate: "G-CAP", phase: "pre", op_id: JOB } as const;
    expect(gateEvent({ ...gate, denied: null })).toMatchObject({
      outcome: "pass",
      level: "info",
      code: null,
      diagnostic_id: null,
    });
    const denied = { code: "HSK-4001", severity: "error", diagnosticId: SPAN } as const;
    expect(gateEvent({ ...gate, denied })).toMatchObject({
      outcome: "denied",
      level: "error",
      code: "HSK-4001",
      diagnostic_id: SPAN,
    });
  });

  const facts = {
    engineId: "engine.supply_chain.vuln",
    operation: "vuln_scan",
    opId: JOBS.vuln_scan,
    status: "failed",
    reason: "SUPPLY_CHAIN_VULN_BLOCK",
    tool: "osv-scanner",
    toolVersion: "2.3.0",
    configHash: "d".repeat(64),
    inputs: [REF],
    outputs: [REF],
    evidence: [REF],
  } as const;

  it("A-08 A-65 F-07 F-08: the system event of an operation has the first diagnostic that blocks, and their number", () => {
    const diagnostics = diagnosticsOf(
      input({
        findings: [finding(), finding({ id: "vulnerability-2" }), finding({ id: "vulnerability-3", effect: "report" })],
      }),
    );
    const fatal = diagnostics.filter(({ severity }) => severity === "fatal").map(({ id }) => id);
    expect(operationEvent({ ...facts, diagnostics })).toMatchObject({
      level: "error",
      engine_id: "engine.supply_chain.vuln",
      operation: "vuln_scan",
      op_id: JOBS.vuln_scan,
      tool: "osv-scanner",
      tool_version: "2.3.0",
      inputs: [REF],
      outputs: [REF],
      evidence: [REF],
      diagnostic_id: fatal.sort()[0],
      blocking: 2,
    });
    expect(operationEvent({ ...facts, status: "succeeded", reason: null, diagnostics: [] })).toMatchObject({
      level: "info",
      diagnostic_id: null,
      blocking: 0,
    });
  });

  it("reused evidence keeps its own times apart from now", () => {
    const original = { started_at: "2025-01-02T00:00:00Z", ended_at: "2025-01-02T00:01:00Z", trace_id: SPAN };
    expect(reusedEvent(JOB, "e".repeat(64), REF, original)).toEqual({
      type: "evidence_reused",
      job_id: JOB,
      step_key: "e".repeat(64),
      evidence: REF,
      original,
    });
  });
});

describe("live ids (K-30)", () => {
  it("are UUIDs of version 7 with the milliseconds in front", () => {
    const next = liveIds(
      () => new Date(0x0123456789ab),
      (bytes) => Buffer.alloc(bytes, 0xff),
    );
    expect(next()).toBe("01234567-89ab-7fff-bfff-ffffffffffff");
  });

  it("K-25: a CI run's name always is the same id", () => {
    expect(workflowRunId("github:123:1")).toBe(workflowRunId("github:123:1"));
    expect(workflowRunId("github:123:1")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/);
  });
});

describe("the timeline", () => {
  it("has a line for each event, with the time since the first", () => {
    const { events } = verifyRecorder(recorded().bytes);
    const lines = timeline(events).trimEnd().split("\n");
    expect(lines.length).toBe(events.length);
    expect(lines[0]).toBe("    0    +0.000s                      run started: run (supply-gate 0.1.0)");
    expect(lines[3]).toBe(
      "    3    +3.000s  vuln_scan           scan {tool}/osv-scanner scan --format=json: exit 1, 12 ms",
    );
    expect(lines.at(-1)).toBe("   10   +11.000s                      run ended: PASSED, exit status 0, 11 events");
  });
});
