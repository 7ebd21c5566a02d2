import { describe, expect, it } from "vitest";
import { documents } from "../../pipeline/report/documents.ts";
import { recordedCase, replay } from "../support/replay.ts";

function documentsOf(kind: "secret_scan" | "vuln_scan", name: string) {
  const { planned, recording } = recordedCase(kind, name);
  const { input, ...decision } = replay(planned, recording);
  return { root: planned.root, files: documents(input, decision) };
}

describe("documents", () => {
  it("are the verdict, a report for each kind, and all that the decision was made from; an SBOM only when it is complete", () => {
    const { files } = documentsOf("secret_scan", "plain");
    expect([...files.keys()].sort()).toEqual([
      "coverage.json",
      "diagnostics.jsonl",
      "evidence/inventory.json",
      "evidence/lockfiles.json",
      "evidence/policy.json",
      "evidence/secret_scan.json",
      "evidence/tools.json",
      "evidence/waivers.json",
      "plan.json",
      "reports/license_scan.json",
      "reports/oss_register_audit.json",
      "reports/sbom_generate.json",
      "reports/secret_scan.json",
      "reports/vuln_scan.json",
      "summary.md",
      "verdict.json",
    ]);
  });

  it("are the same bytes from the same tree in another folder, and hold no path of this machine", () => {
    const one = documentsOf("vuln_scan", "every-format");
    const two = documentsOf("vuln_scan", "every-format");
    expect([...two.files]).toEqual([...one.files]);
    for (const text of one.files.values()) expect(text).not.toContain(one.root);
  });

  it("report each kind by the protocol's names, as of the decision's date", () => {
    const { files } = documentsOf("vuln_scan", "malware");
    const report = (kind: string) => JSON.parse(files.get(`reports/${kind}.json`) ?? "");
    expect(report("vuln_scan")).toMatchObject({
      kind: "Vuln",
      engine_version: "osv-scanner 2.4.0",
      timestamp: "2026-01-01T00:00:00.000Z",
      findings: { state: "complete", reason: null, problems: [], items: [{ class: "malware", effect: "block" }] },
    });
    expect(report("sbom_generate").findings).toEqual({
      state: "not-required",
      reason: "not asked for",
      problems: [],
      coverage: null,
      items: [],
    });
    const kinds = ["secret_scan", "sbom_generate", "license_scan", "oss_register_audit"].map((id) => report(id).kind);
    expect(kinds).toEqual(["Secret", "SBOM", "License", "Register"]);
  });
});
