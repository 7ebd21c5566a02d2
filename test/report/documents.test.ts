import { describe, expect, it } from "vitest";
import { conclude } from "../../pipeline/report/conclusion.ts";
import { documents } from "../../pipeline/report/documents.ts";
import { Artifact } from "../../schemas/protocol/artifact.ts";
import { BundleIndex } from "../../schemas/protocol/bundle-index.ts";
import { EngineResult } from "../../schemas/protocol/engine-result.ts";
import { recordedCase, replay } from "../support/replay.ts";

function documentsOf(kind: "secret_scan" | "vuln_scan", name: string) {
  const { planned, recording } = recordedCase(kind, name);
  const { input } = replay(planned, recording);
  return { root: planned.root, files: documents(conclude(input)) };
}

describe("documents", () => {
  it("D-21: are the verdict, a report for each kind, and all that the decision was made from; an SBOM only when it is complete", () => {
    const { files } = documentsOf("secret_scan", "plain");
    expect([...files.keys()].filter((path) => !path.startsWith("artifacts/")).sort()).toEqual([
      "bundle_index.json",
      "coverage.json",
      "diagnostics.jsonl",
      "evidence/inventory.json",
      "evidence/known.json",
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
      "results/secret_scan.json",
      "summary.md",
      "verdict.json",
    ]);
  });

  it("A-08 D-02 D-03 D-07: hold each artifact that a result names as payload and sidecar, and an index of every file", () => {
    const { files } = documentsOf("vuln_scan", "aliases");
    const result = EngineResult.parse(JSON.parse(files.get("results/vuln_scan.json") ?? ""));
    const folder = (id: string | undefined) => `artifacts/L3/${id}`;
    const [report] = result.outputs;
    expect(files.get(`${folder(report?.artifact_id)}/payload`)).toBe(files.get("reports/vuln_scan.json"));
    const [evidence] = result.evidence;
    expect(files.get(`${folder(evidence?.artifact_id)}/payload`)).toBe(files.get("evidence/vuln_scan.json"));
    const sidecar = Artifact.parse(JSON.parse(files.get(`${folder(report?.artifact_id)}/artifact.json`) ?? ""));
    expect(sidecar).toMatchObject({
      kind: "report",
      filename_hint: "reports/vuln_scan.json",
      created_by_job_id: result.op_id,
      content_hash: report?.content_hash,
      engine: { engine_id: "engine.supply_chain.vuln", op_id: result.op_id, determinism: "D1" },
    });
    const index = BundleIndex.parse(JSON.parse(files.get("bundle_index.json") ?? ""));
    expect(index.files.map(({ path }) => path)).toEqual(
      [...files.keys()].filter((path) => path !== "bundle_index.json").sort(),
    );
    expect(index.files.filter(({ content_hash: hash }) => hash === report?.content_hash)).toHaveLength(2);
  });

  it("A-05 D-17 H-10: are the same bytes from the same tree in another folder, and hold no path of this machine", () => {
    const one = documentsOf("vuln_scan", "every-format");
    const two = documentsOf("vuln_scan", "every-format");
    expect([...two.files]).toEqual([...one.files]);
    for (const text of one.files.values()) expect(text).not.toContain(one.root);
  });

  it("G-01 G-02: report each kind by the protocol's names, as of the decision's date", () => {
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
