import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PINS } from "../../pipeline/cli/pins.ts";
import { collectEvidence } from "../../pipeline/decide/collect.ts";
import type { KindId } from "../../schemas/common.ts";
import { layOut, type Recording, recordedCase } from "../support/replay.ts";

const BELL = String.fromCharCode(7);

/** Evidence of a recorded case, with what is changed of it. */
function evidenceOf(kind: KindId, name: string, more: Partial<Recording> = {}, scanRoot = "/scan") {
  const { planned, recording } = recordedCase(kind, name);
  return collectEvidence(planned.job, { ...layOut({ ...recording, ...more }), scanRoot }, PINS);
}

const messages = (found: ReturnType<typeof evidenceOf>) => found.problems.map(({ message }) => message);

describe("collectEvidence", () => {
  it("writes down how the step ended without clock or duration, and its report in normal form", () => {
    const found = evidenceOf("vuln_scan", "clean");
    expect(found.problems).toEqual([]);
    expect(found.end).toEqual({
      status: 1,
      signal: null,
      spawnError: null,
      timedOut: false,
      killedBy: null,
      stdoutBytesCut: 0,
      stderrBytesCut: 0,
      toolVersion: "2.4.0",
    });
    expect(found.report).toMatchObject({
      canaries: ["SUPPLY-GATE-CANARY-NPM-RANGE", "SUPPLY-GATE-CANARY-NPM-VERSION"],
      databases: ["npm"],
      records: [],
    });
  });

  it.each(["constructor", "toString", "__proto__"])(
    "takes a file named %s, which every object seems to have, for one that was never staged",
    (name) => {
      const { outputs } = recordedCase("vuln_scan", "clean").recording;
      const report = JSON.parse(outputs["osv-scanner.json"] ?? "") as { results: object[] };
      report.results.push({ source: { path: `/scan/${name}`, type: "lockfile" }, packages: [] });
      const scanned = evidenceOf("vuln_scan", "clean", { outputs: { "osv-scanner.json": JSON.stringify(report) } });
      expect(messages(scanned)).toEqual(["osv-scanner report: a source that was never given to it"]);
      const { outputs: secrets } = recordedCase("secret_scan", "plain").recording;
      const found = JSON.parse(secrets["gitleaks.json"] ?? "") as Record<string, unknown>[];
      const [first, ...others] = found;
      const Fingerprint = `${name}:${first?.["RuleID"]}:${first?.["StartLine"]}`;
      const moved = JSON.stringify([{ ...first, File: name, Fingerprint }, ...others]);
      expect(messages(evidenceOf("secret_scan", "plain", { outputs: { "gitleaks.json": moved } }))).toEqual([
        "gitleaks report: a finding in a file that was never staged",
      ]);
    },
  );

  it("D-19: shows nothing of what a sensitive tool wrote on stderr", () => {
    const { stderr: words } = recordedCase("secret_scan", "plain").recording;
    const stderr = `0:00AM ERR could not read: made-up-value\n0:00AM ERR made-up-value\n${words}`;
    const found = evidenceOf("secret_scan", "plain", { stderr });
    expect(messages(found)).toEqual(["gitleaks: 2 lines on stderr speak of errors"]);
    expect(JSON.stringify(found)).not.toContain("made-up-value");
  });

  it("shows nothing of a sensitive report that does not fit", () => {
    const report = JSON.stringify([{ RuleID: 7, Secret: { value: "made-up-value" }, File: "made-up-value" }]);
    const found = evidenceOf("secret_scan", "plain", { outputs: { "gitleaks.json": report } });
    expect(found.report).toBeNull();
    expect(found.problems.map(({ code }) => code)).toEqual(["report-invalid"]);
    expect(JSON.stringify(found)).not.toContain("made-up-value");
  });

  it("shows nothing of a sensitive report that is no JSON", () => {
    const found = evidenceOf("secret_scan", "plain", { outputs: { "gitleaks.json": "made-up-value" } });
    expect(found.problems.map(({ code }) => code)).toEqual(["report-invalid"]);
    expect(JSON.stringify(found)).not.toContain("made-up");
  });

  it.each(["/scan", "/some/where/else/scan"])("says the same of an error whether it ran in %s or not", (scanRoot) => {
    const stderr = `Error: ${scanRoot}/staged/a: ${scanRoot.slice(1)}/staged/b${BELL}\n`;
    const { outputs } = recordedCase("vuln_scan", "no-packages").recording;
    const moved = Object.fromEntries(
      Object.entries(outputs).map(([name, text]) => [name, text.replaceAll('"/scan/', `"${scanRoot}/`)]),
    );
    expect(messages(evidenceOf("vuln_scan", "no-packages", { stderr, outputs: moved }, scanRoot))).toEqual([
      "osv-scanner: 1 lines on stderr speak of errors, the first is: Error: {scan}/staged/a: {scan}/staged/b\\u0007",
    ]);
  });

  it("counts errors that it did not read as output that was cut", () => {
    const { stderr: words } = recordedCase("secret_scan", "plain").recording;
    const stderr = `${words}${"x".repeat(16 * 1024 * 1024)}\n0:00AM ERR at last\n`;
    const found = evidenceOf("secret_scan", "plain", { stderr });
    expect(found.problems.map(({ code }) => code)).toEqual(["output-truncated"]);
  });

  it.each(["stdout", "stderr", "gitleaks.json"])(
    "A-61: refuses %s when it is not what the tool had left when it ended",
    (name) => {
      const { recording } = recordedCase("secret_scan", "plain");
      const { logDir, outDir } = layOut(recording);
      appendFileSync(join(name === "gitleaks.json" ? outDir : logDir, name), " ");
      const { planned } = recordedCase("secret_scan", "plain");
      expect(collectEvidence(planned.job, { logDir, outDir, scanRoot: "/scan" }, PINS).problems).toEqual([
        {
          code: "report-changed",
          message: `gitleaks: ${name} is not what the tool left when it ended`,
          next: "find out who else writes to the folder for temporary files",
        },
      ]);
    },
  );

  it("names a tool that did not start once, without what the system said of this machine", () => {
    const { exit } = recordedCase("secret_scan", "plain").recording;
    const unstarted = { ...exit, status: null, toolVersion: null, spawnError: "spawn /home/someone/gitleaks ENOENT" };
    const found = evidenceOf("secret_scan", "plain", { exit: unstarted });
    expect(found.problems.map(({ code }) => code)).toEqual(["spawn-failed"]);
    expect(found.end.spawnError).toBe("the tool could not be started");
    expect(JSON.stringify(found)).not.toContain("someone");
  });

  it("says what was found and what was expected of version and status", () => {
    const { exit } = recordedCase("vuln_scan", "clean").recording;
    expect(messages(evidenceOf("vuln_scan", "clean", { exit: { ...exit, status: 2, toolVersion: "2.5.0" } }))).toEqual([
      "osv-scanner: found version 2.5.0, expected 2.4.0",
      "osv-scanner: found exit status 2, expected one of 1",
    ]);
  });
});
