import { describe, expect, it } from "vitest";
import { type Recording, recordedCase, replay } from "../../support/replay.ts";

// Nothing is locked there: that the scanner looked at anything is shown by the canaries of one database alone.
const { planned, recording } = recordedCase("vuln_scan", "no-packages");

const codesOf = (changed: Partial<Recording>) => {
  const { verdict, job } = replay(planned, { ...recording, ...changed });
  return [verdict.verdict, ...job.problems.map(({ code }) => code)];
};
const report = (change: (text: string) => string) => {
  const text = recording.outputs["osv-scanner.json"] ?? "";
  expect(change(text)).not.toBe(text);
  return { outputs: { "osv-scanner.json": change(text) } };
};

describe("vuln_scan of lockfiles that lock nothing", () => {
  it("passes when the database was loaded and searched", () => {
    expect(codesOf({})).toEqual(["PASSED"]);
  });

  it("is incomplete when no database was loaded", () => {
    const stderr = recording.stderr.replace(/^Loaded .*\n/m, "");
    expect(stderr).not.toBe(recording.stderr);
    expect(codesOf({ stderr })).toEqual(["INCOMPLETE", "database-missing"]);
  });

  it.each([
    ["no version", (text: string) => text.replaceAll(/"version": "0\.1\.0",/g, "")],
    ["another version", (text: string) => text.replaceAll('"version": "0.1.0"', '"version": "0.3.0"')],
  ])("is incomplete when the canaries have %s", (_what, change) => {
    expect(codesOf(report(change))).toEqual(["INCOMPLETE", "canary-missing"]);
  });

  it.each([
    ["another ecosystem", (text: string) => text.replaceAll('"ecosystem": "npm"', '"ecosystem": "Go"')],
    ["another name", (text: string) => text.replaceAll("supply-gate-canary-", "other-")],
    ["each other's names", (text: string) => text.replaceAll(/canary-(range|version)"/g, swapped)],
    ["no records", (text: string) => text.replaceAll("SUPPLY-GATE-CANARY", "OTHER")],
    ["no record of one", (text: string) => text.replaceAll("SUPPLY-GATE-CANARY-NPM-RANGE", "OTHER")],
  ])("is incomplete, and says that it is not the snapshot's, when the canaries have %s", (_what, change) => {
    expect(codesOf(report(change))).toEqual(["INCOMPLETE", "advisory-changed", "canary-missing"]);
  });
});

function swapped(_: string, way: string): string {
  return `canary-${way === "range" ? "version" : "range"}"`;
}
