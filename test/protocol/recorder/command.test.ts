import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recorderCommand } from "../../../pipeline/cli/recorder-command.ts";
import { thisWorld } from "../../../pipeline/cli/world.ts";
import { diagnosticsOf } from "../../../pipeline/protocol/diagnostics/build.ts";
import { diagnosticsText } from "../../../pipeline/protocol/diagnostics/text.ts";
import { diagnosticEvent } from "../../../pipeline/protocol/recorder/operation-events.ts";
import { openRecorder } from "../../../pipeline/protocol/recorder/recorder.ts";
import { finding, input } from "../diagnostics/made.ts";
import { ENDED, EVENTS, JOB, KNOWN, options, REF, recordAll, recorded } from "./made.ts";

function command(action: "verify" | "show", file: string): { status: number; text: string } {
  let text = "";
  const stdout = (more: string): void => {
    text += more;
  };
  const world = { ...thisWorld(new AbortController().signal, false), stdout };
  const status = recorderCommand({ action, file }, world);
  return { status, text };
}

/** Results of a run with one blocking finding, as far as the command reads them. */
function results(): string {
  const out = mkdtempSync(join(tmpdir(), "results-"));
  const diagnostics = diagnosticsOf(input({ findings: [finding()] }));
  const given = options();
  const recorder = openRecorder(given);
  recordAll(recorder, [...EVENTS, ...diagnostics.map(diagnosticEvent)]);
  recorder.close({ ...KNOWN, diagnostics }, { ...ENDED, outcome: "FAILED", exitCode: 1 });
  mkdirSync(join(out, "run"));
  renameSync(given.path, join(out, "run", "flight-recorder.jsonl"));
  writeFileSync(join(out, "diagnostics.jsonl"), diagnosticsText(diagnostics));
  writeFileSync(join(out, "plan.json"), JSON.stringify({ jobs: [{ operation: { op_id: JOB, inputs: [] } }, {}] }));
  mkdirSync(join(out, "artifacts", "L3", "one"), { recursive: true });
  writeFileSync(
    join(out, "artifacts", "L3", "one", "artifact.json"),
    JSON.stringify({ content_hash: REF.slice("artifact://sha256/".length) }),
  );
  return out;
}

describe("supply-gate recorder", () => {
  it("verify: 0 for a file that is as it was written", () => {
    const { path, head } = recorded();
    expect(command("verify", path)).toEqual({ status: 0, text: `complete: 11 events, head ${head}\n` });
  });

  it("F-12: verify: 0 for results whose ids all resolve", () => {
    expect(command("verify", results())).toMatchObject({
      status: 0,
      text: expect.stringMatching(/^complete: 12 events/),
    });
  });

  it.each([
    ["diagnostics.jsonl", "VAL-NAV-001"],
    ["plan.json", "names a job that is not there"],
    ["artifacts", "names an artifact that is not there"],
  ])("F-12: verify: 3 when %s is gone", (name, reason) => {
    const out = results();
    rmSync(join(out, name), { recursive: true });
    const { status, text } = command("verify", out);
    expect(status).toBe(3);
    expect(text).toContain(reason);
  });

  it("verify: 3 with line and reason for one that was changed or cut", () => {
    const { path, bytes } = recorded();
    writeFileSync(path, bytes.toString("utf8").replace('"exit_code":1', '"exit_code":0'));
    expect(command("verify", path)).toMatchObject({
      status: 3,
      text: expect.stringContaining(
        `${path}:4: was changed after line 5 had been written\nbroken, not valid: 11 events`,
      ),
    });
    writeFileSync(path, bytes.subarray(0, -20));
    const { status, text } = command("verify", path);
    expect([status, text]).toEqual([3, expect.stringContaining(`${path}:11: cut off in the middle`)]);
  });

  it("show: the timeline, then whether it is valid", () => {
    const { status, text } = command("show", results());
    expect(status).toBe(0);
    expect(text.split("\n")[0]).toContain("run started");
    expect(text).toContain("diagnostic fatal ");
    expect(text).toMatch(/\ncomplete: 12 events, head [0-9a-f]{64}\n$/);
  });

  it("says it is used wrongly when there is none", () => {
    const empty = mkdtempSync(join(tmpdir(), "empty-"));
    expect(() => command("verify", empty)).toThrow(expect.objectContaining({ code: "USAGE_INVALID" }));
    expect(() => command("verify", join(empty, "none"))).toThrow(expect.objectContaining({ code: "USAGE_INVALID" }));
  });
});
