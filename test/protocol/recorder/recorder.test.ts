import { createHash } from "node:crypto";
import { readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnosticsOf } from "../../../pipeline/protocol/diagnostics/build.ts";
import { openAppendFile } from "../../../pipeline/protocol/recorder/append-file.ts";
import { diagnosticEvent } from "../../../pipeline/protocol/recorder/operation-events.ts";
import { openRecorder } from "../../../pipeline/protocol/recorder/recorder.ts";
import { reopenRecorder } from "../../../pipeline/protocol/recorder/reopen.ts";
import { verifyRecorder } from "../../../pipeline/protocol/recorder/verify.ts";
import type { NewEvent } from "../../../schemas/protocol/flight-event.ts";
import { finding, input } from "../diagnostics/made.ts";
import {
  CAPABILITY,
  ENDED,
  EVENTS,
  JOB,
  KNOWN,
  linesOf,
  options,
  REF,
  recordAll,
  recorded,
  SESSION,
  SPAN,
  TRACE,
} from "./made.ts";

describe("the flight recorder of a run", () => {
  const { path, bytes, head } = recorded();
  const events = linesOf(bytes).map((line) => JSON.parse(line));

  it("F-13: has one trace id over all events, numbered without a hole, from run_started to run_ended", () => {
    expect(new Set(events.map(({ trace_id }) => trace_id))).toEqual(new Set([TRACE]));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(events.map(({ type }) => type)).toEqual(["run_started", ...EVENTS.map(({ type }) => type), "run_ended"]);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
  });

  it("F-14: carries in each line the SHA-256 of the line before, zeros in the first", () => {
    const hash = (line: string) => createHash("sha256").update(line).digest("hex");
    const lines = linesOf(bytes);
    expect(events.map(({ prev }) => prev)).toEqual(["0".repeat(64), ...lines.slice(0, -1).map(hash)]);
    expect(head).toBe(hash(lines.at(-1) ?? ""));
  });

  it("F-01: says what began and how it ended", () => {
    expect(events[0]).toEqual({
      type: "run_started",
      event_id: "00000000-0000-7000-8000-000000000001",
      trace_id: TRACE,
      seq: 0,
      prev: "0".repeat(64),
      timestamp: "2026-01-02T00:00:00.000Z",
      actor: "system",
      session_id: SESSION,
      gate_version: "0.1.0",
      command: "run",
    });
    expect(events.at(-1)).toMatchObject({ outcome: "PASSED", exit_code: 0, events: EVENTS.length + 2 });
  });

  it("K-24: gives every process the session of the run", () => {
    expect(events.find(({ type }) => type === "terminal_command")).toMatchObject({
      session_id: SESSION,
      timestamp: "2026-01-02T00:00:03.000Z",
    });
  });

  it("belongs to its owner alone, and is valid", () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(verifyRecorder(bytes)).toMatchObject({ state: "complete", bad: [], end: null, head });
  });

  it("K-25: has the attempt's id in each event when there is one", () => {
    const given = options({ workflowRunId: JOB });
    openRecorder(given).abandon();
    expect(JSON.parse(readFileSync(given.path, "utf8"))).toMatchObject({ workflow_run_id: JOB });
  });

  it("F-10: takes known secrets out before anything is written", () => {
    const given = options({ scrub: (event) => JSON.parse(JSON.stringify(event).replaceAll("hunter2", "[gone]")) });
    const recorder = openRecorder(given);
    recorder.record({ ...CAPABILITY, capability_id: "secrets.use:hunter2" } as NewEvent);
    recorder.abandon();
    expect(readFileSync(given.path, "utf8")).toContain('"secrets.use:[gone]"');
  });
});

describe("an event that does not fit (F-02)", () => {
  const command = EVENTS.find(({ type }) => type === "terminal_command") as NewEvent;
  const call = EVENTS.find(({ type }) => type === "tool_call") as NewEvent;

  it.each([
    ["an unknown type", { type: "terminal" }],
    ["J-79: inline output", { ...command, stdout: "everything" }],
    ["an id that is no UUID", { ...CAPABILITY, job_id: "vuln_scan" }],
    ["the id of nothing", { ...CAPABILITY, job_id: "00000000-0000-0000-0000-000000000000" }],
    ["J-79: a diagnostic id that is only a word", { type: "diagnostic", diagnostic_id: "d-1" }],
    ["J-79: an unknown severity", { type: "diagnostic", diagnostic_id: JOB, severity: "block" }],
    ["E-17: a whole diagnostic", { type: "diagnostic", diagnostic_id: JOB, title: "t" }],
    ["F-05: a command without how it ended", { ...command, timed_out: undefined }],
    ["a ref that is no handle", { ...command, stdout_ref: "out/run/stdout" }],
    ["F-09: a call without a version", { ...call, tool_version: undefined }],
    ["J-58: a call whose version is a banner", { ...call, tool_version: "version is set by build process" }],
    ["J-06: a call that is ok with an error", { ...call, error: { code: "X", kind: "policy" } }],
    ["a call that is not ok without one", { ...call, ok: false }],
    ["a message of system that nobody knows", { type: "system", component: "mex_supply_chain", message: "hello" }],
    ["more than 32 KiB", { ...command, args: ["x".repeat(33_000)] }],
    ["a second beginning", { type: "run_ended" }],
    ["a number of its own", { ...CAPABILITY, seq: 7 }],
    ["a trace of its own", { ...CAPABILITY, trace_id: SPAN }],
  ])("%s is refused, and the recorder goes on", (_name, event) => {
    const given = options();
    const recorder = openRecorder(given);
    const before = readFileSync(given.path);
    expect(() => recorder.record(event as NewEvent)).toThrow(
      expect.objectContaining({ code: "DOCUMENT_INVALID", message: expect.stringMatching(/^HSK-400-INVALID-EVENT: /) }),
    );
    expect(readFileSync(given.path)).toEqual(before);
    recorder.record(CAPABILITY);
    recorder.close(KNOWN, ENDED);
    expect(verifyRecorder(readFileSync(given.path)).state).toBe("complete");
  });
});

describe("a recorder that can't write", () => {
  const failed = expect.objectContaining({ code: "STORAGE_FAILED", message: expect.stringMatching(/^HSK-500-DB: /) });

  it("refuses a file that is there, a link, and a folder that is not", () => {
    const there = options();
    writeFileSync(there.path, "");
    expect(() => openRecorder(there)).toThrow(failed);
    const link = options();
    symlinkSync(there.path, link.path);
    expect(() => openRecorder(link)).toThrow(failed);
    expect(() => openRecorder(options({ path: join(dirname(there.path), "none", "x") }))).toThrow(failed);
    expect(readFileSync(there.path, "utf8")).toBe("");
  });

  it.skipIf(process.platform !== "linux")(
    "A-12: says so when the disk is full, and takes nothing more (on Linux: /dev/full)",
    () => {
      const file = openAppendFile("/dev/full", false);
      expect(() => file.append("x")).toThrow(failed);
      expect(() => file.append("x")).toThrow(/the recorder is broken/);
      expect(() => file.close()).toThrow(failed);
      file.abandon();
    },
  );

  it("takes nothing more after its end", () => {
    const recorder = openRecorder(options());
    recorder.record(CAPABILITY);
    recorder.close(KNOWN, ENDED);
    expect(() => recorder.record(CAPABILITY)).toThrow(failed);
    expect(() => recorder.close(KNOWN, ENDED)).toThrow(failed);
    recorder.abandon();
  });
});

describe("closing (VAL-CORR-001)", () => {
  const STRANGER = "77777777-7777-8777-8777-777777777777";
  const refused = (event: NewEvent, known = KNOWN): string => {
    const given = options();
    const recorder = openRecorder(given);
    recordAll(recorder, EVENTS);
    recorder.record(event);
    const [first] = recorder.check(known);
    expect(() => recorder.close(known, ENDED)).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID" }));
    recorder.abandon();
    expect(verifyRecorder(readFileSync(given.path))).toMatchObject({ state: "unfinished", bad: [] });
    return `${first?.validator}: ${first?.message}`;
  };

  it.each([
    [
      "a job that is not in the plan",
      { ...CAPABILITY, job_id: STRANGER },
      "VAL-NAV-001: line 11 names a job that is not there",
    ],
    [
      "a diagnostic that is not there",
      { type: "diagnostic", diagnostic_id: STRANGER },
      "VAL-NAV-001: line 11 names a diagnostic that is not there",
    ],
    [
      "an artifact that is not stored",
      { ...(EVENTS[7] as object), artifact: `artifact://sha256/${"0".repeat(64)}` },
      "VAL-NAV-001: line 11 names an artifact that is not there",
    ],
    [
      "a span that never began",
      { ...CAPABILITY, activity_span_id: STRANGER },
      "VAL-NAV-001: line 11 names a span that is not there",
    ],
    [
      "a span that never ends",
      { type: "span_started", span_id: STRANGER, name: "x" },
      "VAL-NAV-001: a span that never ends",
    ],
    [
      "J-55: a diagnostic id without an event",
      { ...(EVENTS[5] as object), outcome: "denied", code: "X", diagnostic_id: STRANGER },
      "VAL-NAV-001: line 11 names a diagnostic's event that is not there",
    ],
  ])("refuses %s", (_name, event, reason) => {
    expect(refused(event as NewEvent)).toBe(reason);
  });

  const [blocking] = diagnosticsOf(input({ findings: [finding()] }));
  if (blocking === undefined) throw new Error("made none");
  const check = (diagnostics: readonly (typeof blocking)[], events: readonly NewEvent[] = EVENTS) => {
    const recorder = openRecorder(options());
    recordAll(recorder, events);
    const breaches = recorder.check({ ...KNOWN, diagnostics });
    recorder.abandon();
    return breaches.map(({ validator, message }) => `${validator}: ${message}`);
  };

  it("A-12 E-05 E-12 F-06 F-07: wants an event of each diagnostic, that says what it says", () => {
    expect(check([blocking])).toEqual(["VAL-CORR-001: has no diagnostic event"]);
    expect(check([blocking], [...EVENTS, diagnosticEvent(blocking)])).toEqual([]);
    const milder = { ...diagnosticEvent(blocking), severity: "info" } as NewEvent;
    expect(check([blocking], [...EVENTS, milder])).toEqual([
      "VAL-CORR-001: its event says info from engine, expected fatal from engine",
    ]);
  });

  it("E-09 J-80: a direct link wants something that happened to the job, not the diagnostic's own event", () => {
    expect(check([blocking], [diagnosticEvent(blocking)])).toEqual([
      `VAL-CORR-001: direct: refers to ${JOB}, of which there is no event`,
    ]);
    expect(check([blocking], [CAPABILITY, diagnosticEvent(blocking)])).toEqual([]);
  });

  it.each([
    ["direct", undefined, []],
    ["inferred", undefined, []],
    ["inferred", JOB, [JOB]],
    ["ambiguous", undefined, [JOB]],
    ["unlinked", JOB, []],
    ["unlinked", undefined, [JOB]],
  ] as const)("E-09: refuses %s with job %s and candidates %s", (link_confidence, job_id, related_job_ids) => {
    const { job_id: _job, ...rest } = blocking;
    const claimed = {
      ...rest,
      link_confidence,
      ...(job_id && { job_id }),
      evidence_refs: { related_job_ids: [...related_job_ids] },
    };
    expect(check([claimed], [...EVENTS, diagnosticEvent(claimed)])).toHaveLength(1);
  });

  it("E-09: takes fr_event_ids for a link only when they are there", () => {
    const given = options();
    const recorder = openRecorder(given);
    const id = recorder.record(CAPABILITY);
    const { job_id: _job, ...rest } = blocking;
    const of = (event: string) => ({ ...rest, evidence_refs: { fr_event_ids: [event] } });
    recorder.record(diagnosticEvent(of(id)));
    expect(recorder.check({ ...KNOWN, diagnostics: [of(id)] })).toEqual([]);
    expect(recorder.check({ ...KNOWN, diagnostics: [of(SPAN)] })).toHaveLength(1);
    recorder.abandon();
  });
});

describe("a recorder opened again", () => {
  const GC: NewEvent = {
    type: "meta.gc_summary",
    report: REF,
    dry_run: false,
    items_scanned: 5,
    items_pruned: 2,
    items_spared_pinned: 1,
    items_spared_window: 2,
    total_bytes_freed: 10,
  };

  it("D-15 F-15: goes on with the chain of an ended run for what becomes of its results, by a person", () => {
    const { path } = recorded();
    const again = reopenRecorder({ ...options(), path, newId: () => SPAN });
    again.record(GC);
    again.close();
    const { state, events } = verifyRecorder(readFileSync(path));
    expect([state, events.at(-1)]).toMatchObject([
      "complete",
      { type: "meta.gc_summary", actor: "human", trace_id: TRACE },
    ]);
  });

  it("takes nothing of a run, and no recorder that is not complete", () => {
    const { path, bytes } = recorded();
    const again = reopenRecorder({ ...options(), path });
    expect(() => again.record(EVENTS[2] as NewEvent)).toThrow(/^HSK-400-INVALID-EVENT: terminal_command: found after/);
    again.close();
    writeFileSync(path, bytes.subarray(0, -5));
    expect(() => reopenRecorder({ ...options(), path })).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID" }));
    expect(() => reopenRecorder({ ...options(), path: `${path}x` })).toThrow(
      expect.objectContaining({ code: "STORAGE_FAILED" }),
    );
  });
});
