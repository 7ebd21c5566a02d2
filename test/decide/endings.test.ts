import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PINS } from "../../pipeline/cli/pins.ts";
import { collectEvidence } from "../../pipeline/decide/collect.ts";
import type { Problem } from "../../schemas/evidence.ts";
import type { ToolPins } from "../../schemas/pins.ts";
import type { ExitRecord } from "../../schemas/step.ts";
import { layOut, type Recording, recordedCase } from "../support/replay.ts";

const { planned, recording } = recordedCase("secret_scan", "plain");
const OSV = recordedCase("vuln_scan", "no-packages");
const LIMITS = planned.job.step.limits;
const MIB_16 = 16 * 1024 * 1024;

function ended(more: Partial<ExitRecord>, pins: ToolPins = PINS): Problem[] {
  const files = layOut({ ...recording, exit: { ...recording.exit, ...more } });
  return collectEvidence(planned.job, { ...files, scanRoot: "/scan" }, pins).problems;
}

function osv(more: Partial<Recording>) {
  const { planned, recording } = OSV;
  return collectEvidence(planned.job, { ...layOut({ ...recording, ...more }), scanRoot: "/scan" }, PINS);
}

describe("how a step ended", () => {
  it("is no problem when all is as planned", () => expect(ended({})).toEqual([]));

  it.each<[string, Partial<ExitRecord>, Problem[]]>([
    [
      "not started",
      { status: null, spawnError: "ENOENT", toolVersion: null },
      [{ code: "spawn-failed", message: "gitleaks could not be started", next: "supply-gate tools verify" }],
    ],
    [
      "another version",
      { toolVersion: "8.30.0" },
      [
        {
          code: "tool-version",
          message: "gitleaks: found version 8.30.0, expected 8.30.1",
          next: "supply-gate tools install --force",
        },
      ],
    ],
    [
      "no version",
      { toolVersion: null },
      [
        {
          code: "tool-version",
          message: "gitleaks: found version (none printed), expected 8.30.1",
          next: "supply-gate tools install --force",
        },
      ],
    ],
    ["wall clock", { timedOut: true }, [{ code: "limit-hit", message: "secret_scan: ended by its wall limit" }]],
    // A process that ends by itself between two looks was not ended over its limit, and used more all the same.
    [
      "more processor time than it had, by itself",
      { cpuMs: LIMITS.cpuMs + 1 },
      [{ code: "limit-hit", message: "secret_scan: used more than its cpu limit" }],
    ],
    [
      "more memory than it had, by itself",
      { maxRssBytes: LIMITS.memoryBytes + 1 },
      [{ code: "limit-hit", message: "secret_scan: used more than its memory limit" }],
    ],
    [
      "more time than it had, by itself",
      { wallMs: LIMITS.wallMs + 1 },
      [{ code: "limit-hit", message: "secret_scan: used more than its wall limit" }],
    ],
    ["just what it had", { cpuMs: LIMITS.cpuMs, maxRssBytes: LIMITS.memoryBytes, wallMs: LIMITS.wallMs }, []],
    ["memory", { killedBy: "memory" }, [{ code: "limit-hit", message: "secret_scan: ended by its memory limit" }]],
    [
      "a signal",
      { status: null, signal: "SIGSEGV" },
      [{ code: "exit-unexpected", message: "gitleaks: found signal SIGSEGV, expected one of 77" }],
    ],
    [
      "another status",
      { status: 1 },
      [{ code: "exit-unexpected", message: "gitleaks: found exit status 1, expected one of 77" }],
    ],
    ["cut stdout", { stdoutBytesCut: 1 }, [{ code: "output-truncated", message: "gitleaks: output was cut" }]],
    ["cut stderr", { stderrBytesCut: 1 }, [{ code: "output-truncated", message: "gitleaks: output was cut" }]],
  ])("H-10: %s is a problem by its name", (_, more, problems) => expect(ended(more)).toEqual(problems));

  it("a tool without a pin has no version that is right", () => {
    expect(ended({}, { ...PINS, tools: {} }).map(({ message }) => message)).toEqual([
      "gitleaks: found version 8.30.1, expected a pin",
    ]);
  });

  it("without digests of what the tool left, nothing of it counts", () => {
    const { logDir, outDir } = layOut({ ...recording, exit: { ...recording.exit, outputs: {} } });
    const { problems } = collectEvidence(planned.job, { logDir, outDir, scanRoot: "/scan" }, PINS);
    expect(problems.map(({ code }) => code)).toEqual(["report-changed"]);
  });
});

describe("what a step left", () => {
  it("nothing at all is evidence that it never ended", () => {
    const { logDir, outDir } = layOut(recording);
    rmSync(join(logDir, "exit.json"));
    expect(collectEvidence(planned.job, { logDir, outDir, scanRoot: "/scan" }, PINS)).toEqual({
      schemaVersion: "supply-gate/evidence-1",
      kind: "secret_scan",
      stepKey: planned.job.stepKey,
      tool: "gitleaks",
      end: {
        status: null,
        signal: null,
        spawnError: null,
        timedOut: false,
        killedBy: null,
        stdoutBytesCut: 0,
        stderrBytesCut: 0,
        toolVersion: null,
      },
      problems: [{ code: "report-missing", message: "gitleaks: left no record of how it ended" }],
      report: null,
    });
  });

  it("has the schema's name, the step's key and the tool in front", () => {
    const { schemaVersion, kind, stepKey, tool } = osv({});
    expect([schemaVersion, kind, stepKey, tool]).toEqual([
      "supply-gate/evidence-1",
      "vuln_scan",
      OSV.planned.job.stepKey,
      "osv-scanner",
    ]);
  });

  it("an exit record that is none is told by the kind's name", () => {
    const { logDir, outDir } = layOut(recording);
    appendFileSync(join(logDir, "exit.json"), "x");
    expect(() => collectEvidence(planned.job, { logDir, outDir, scanRoot: "/scan" }, PINS)).toThrow(
      /^secret_scan: exit record: found no JSON/,
    );
  });

  it("a log that is gone is a changed one", () => {
    const { logDir, outDir } = layOut(recording);
    rmSync(join(logDir, "stderr"));
    const { problems } = collectEvidence(planned.job, { logDir, outDir, scanRoot: "/scan" }, PINS);
    expect(problems.filter(({ code }) => code === "report-changed")).toEqual([
      {
        code: "report-changed",
        message: "gitleaks: stderr is not what the tool left when it ended",
        next: "find out who else writes to the folder for temporary files",
      },
    ]);
    expect(problems.some(({ code }) => code === "output-truncated")).toBe(false);
  });

  it("no report is a problem, and no exception", () => {
    expect(osv({ outputs: {} }).problems).toContainEqual({
      code: "report-missing",
      message: "osv-scanner: wrote no report",
    });
  });

  it("a report of a tool that is not sensitive is quoted where it is no JSON, up to 1,000 characters", () => {
    const text = `${"]".repeat(5000)}`;
    const { problems } = osv({ outputs: { "osv-scanner.json": text } });
    const invalid = problems.find(({ code }) => code === "report-invalid");
    expect(invalid?.message).toMatch(/^osv-scanner report: found no JSON \(.*\]/);
    const long = osv({ outputs: { "osv-scanner.json": JSON.stringify({ results: Array(300).fill(7) }) } });
    expect(long.problems.find(({ code }) => code === "report-invalid")?.message.length).toBe(1000);
  });

  it("the report of a sensitive tool is quoted only where the schema says what does not fit", () => {
    const shown = (text: string) =>
      collectEvidence(
        planned.job,
        { ...layOut({ ...recording, outputs: { "gitleaks.json": text } }), scanRoot: "/scan" },
        PINS,
      ).problems.map(({ message }) => message);
    expect(shown("x")).toEqual(["gitleaks report: no JSON, expected a JSON document"]);
    expect(shown("{}")[0]).toMatch(/^gitleaks report: .*expected array/);
  });

  it("of a line of errors 300 characters are shown", () => {
    const [problem] = osv({ stderr: `Error: ${"x".repeat(500)}` }).problems;
    expect(problem?.message).toBe(
      `osv-scanner: 1 lines on stderr speak of errors, the first is: Error: ${"x".repeat(293)}`,
    );
  });

  it("a log of exactly 16 MiB is whole", () => {
    const cut = (length: number) =>
      osv({ stderr: "x".repeat(length) }).problems.some(({ code }) => code === "output-truncated");
    expect([cut(MIB_16), cut(MIB_16 + 1)]).toEqual([false, true]);
  });
});
