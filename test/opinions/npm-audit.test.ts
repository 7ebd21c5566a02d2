import { describe, expect, it } from "vitest";
import { CANARY_PACKAGE } from "../../pipeline/opinions/canary.ts";
import { readNpmAudit } from "../../pipeline/opinions/npm-audit.ts";
import type { Ran } from "../../pipeline/opinions/program.ts";
import { recorded } from "./recorded.ts";

const LEFT_PAD = { name: "left-pad", version: "1.3.0" };
const PACKAGES = [LEFT_PAD, { name: "lodash", version: "4.17.20" }, CANARY_PACKAGE];
const FINDINGS = recorded("npm-audit-findings");

const refused = (ran: Ran, code: string, message: string, packages = PACKAGES) =>
  expect(() => readNpmAudit(ran, packages)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
const changed = (from: string | RegExp, to: string): Ran => ({
  ...FINDINGS,
  stdout: FINDINGS.stdout.replace(from, to),
});

describe("npm audit's answer", () => {
  const LODASH = {
    id: "GHSA-35jh-r3h4-6jhm",
    aliases: [],
    purl: "pkg:npm/lodash@4.17.20",
    class: "vulnerability",
    severity: "high",
    severitySource: "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H",
    title: "Command Injection in lodash",
    detail: "affected: <4.17.21",
  };

  it("is read: what the registry says of each package, without the canary", () => {
    expect(readNpmAudit(FINDINGS, PACKAGES)).toEqual([LODASH]);
  });

  it("is clean when it found the canary alone", () => {
    expect(readNpmAudit(recorded("npm-audit-clean"), [LEFT_PAD, CANARY_PACKAGE])).toEqual([]);
  });

  it("takes the worst of word and vector, and an id of npm's own where there is no other", () => {
    const report = JSON.parse(FINDINGS.stdout);
    const [advisory] = report.vulnerabilities.lodash.via;
    report.vulnerabilities.lodash.via.push({ ...advisory, severity: "critical", url: "https://registry.example/1" });
    report.vulnerabilities.lodash.via.push({ ...advisory, severity: "info", url: "", source: 7, cvss: { score: 0 } });
    const items = readNpmAudit({ ...FINDINGS, stdout: JSON.stringify(report) }, PACKAGES);
    expect(items.map(({ id, severity, severitySource }) => [id, severity, severitySource])).toEqual([
      ["GHSA-35jh-r3h4-6jhm", "high", LODASH.severitySource],
      ["npm-1106913", "critical", "critical"],
      ["npm-7", "low", "low"],
    ]);
  });

  it("is none when the request failed: that ends as findings do", () => {
    refused(recorded("npm-audit-refused"), "NETWORK_FAILED", "npm audit: found status 405 from the registry");
    refused({ status: 1, stdout: "", stderr: "" }, "NETWORK_FAILED", "found exit 1 and no report");
  });

  it("is none offline, and from a registry without advisories: both say clean", () => {
    const message = "npm audit: exit 0: found no finding, expected exit 1 for the canary";
    refused(recorded("npm-audit-offline"), "DOCUMENT_INVALID", message);
    refused(recorded("npm-audit-no-advisories"), "DOCUMENT_INVALID", message);
  });

  it("is none without the canary, or about another number of packages", () => {
    const other = changed(/,?\s*"node_modules\/package-2"/, "");
    refused(other, "DOCUMENT_INVALID", "found nothing about lodash 4.17.20, expected GHSA-35jh-r3h4-6jhm");
    refused(FINDINGS, "DOCUMENT_INVALID", "found 3 packages, expected 2", PACKAGES.slice(1));
  });

  it("is none when an advisory does not speak of the version at its place", () => {
    const packages = [LEFT_PAD, { name: "lodash", version: "4.17.21" }, CANARY_PACKAGE];
    refused(FINDINGS, "DOCUMENT_INVALID", "found lodash at node_modules/package-1 by no advisory", packages);
    refused(changed("node_modules/package-1", "node_modules/else"), "DOCUMENT_INVALID", "at node_modules/else");
  });

  it("is none of another version of the report", () => {
    refused(changed('"auditReportVersion": 2', '"auditReportVersion": 3'), "DOCUMENT_INVALID", "auditReportVersion");
  });
});
