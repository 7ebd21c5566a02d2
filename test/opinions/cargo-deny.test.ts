import { describe, expect, it } from "vitest";
import { readCargoAudit } from "../../pipeline/opinions/cargo-audit.ts";
import { readCargoDeny } from "../../pipeline/opinions/cargo-deny.ts";
import type { Ran } from "../../pipeline/opinions/program.ts";
import { recorded } from "./recorded.ts";

const FINDINGS = recorded("cargo-deny-findings");

const refused = (ran: Ran, message: string) =>
  expect(() => readCargoDeny(ran)).toThrow(
    expect.objectContaining({ code: "DOCUMENT_INVALID", message: expect.stringContaining(message) }),
  );
const without = (pattern: RegExp): Ran => ({ ...FINDINGS, stderr: FINDINGS.stderr.replace(pattern, "") });
const SUMMARY = /^.*"type":"summary".*\n/m;

describe("cargo-deny's answer", () => {
  it("is read from stderr, and says what cargo-audit says of the same lockfile and database", () => {
    const items = readCargoDeny(FINDINGS);
    const audit = readCargoAudit(recorded("cargo-audit-findings"), { advisories: 714, packages: 6 });
    expect(items.map(({ detail: _, ...item }) => item)).toEqual(audit.map(({ detail: _, ...item }) => item));
    expect(items.map(({ detail }) => detail).slice(1, 3)).toEqual([
      "No safe upgrade is available!",
      "Upgrade to >=0.4.20 (try `cargo update -p chrono`)",
    ]);
  });

  it("is clean when it found the canary alone", () => {
    expect(readCargoDeny(recorded("cargo-deny-clean"))).toEqual([]);
  });

  it("is none when the database did not load: that ends as findings do", () => {
    refused(recorded("cargo-deny-broken-database"), 'exit 1: found "failed to load advisory database');
  });

  it("is none without its summary line, with two, or with one that counts other findings", () => {
    refused(without(SUMMARY), "found 0 summary lines, expected one");
    const [summary = ""] = SUMMARY.exec(FINDINGS.stderr) ?? [];
    refused({ ...FINDINGS, stderr: FINDINGS.stderr + summary }, "found 2 summary lines, expected one");
    refused(without(/^.*RUSTSEC-2019-0009.*\n/m), 'found 8 findings, expected {"errors":9');
  });

  it("is none without the canary", () => {
    const stderr = without(/^.*"id":"RUSTSEC-2000-9999".*\n/m).stderr.replace('"errors":9', '"errors":8');
    refused({ ...FINDINGS, stderr }, "found no canary, expected RUSTSEC-2000-9999 about supply-gate-canary");
  });

  it("is none with any other status, or a line that nobody expected", () => {
    refused({ ...FINDINGS, status: 0 }, "exit 0: found no finding, expected exit 1 for the canary");
    refused({ ...FINDINGS, status: 3 }, "exit 3");
    const log = (message: string) =>
      `${JSON.stringify({ type: "log", fields: { level: "WARN", message, timestamp: "" } })}\n`;
    const fallback = log("config path 'deny.toml' doesn't exist, falling back to default config");
    refused({ ...FINDINGS, stderr: fallback + FINDINGS.stderr }, "falling back to default config");
    refused({ ...FINDINGS, stderr: `thread main panicked\n${FINDINGS.stderr}` }, "cargo-deny: stderr:1: found no JSON");
    const ignored = FINDINGS.stderr.replace('"code":"vulnerability"', '"code":"advisory-ignored"');
    refused({ ...FINDINGS, stderr: ignored }, "code");
  });
});
