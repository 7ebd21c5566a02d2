import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { judgeAfter } from "../../pipeline/protocol/gates/judge.ts";
import { conclude } from "../../pipeline/report/conclusion.ts";
import { runDiagnostics } from "../../pipeline/report/diagnostics.ts";
import { documents } from "../../pipeline/report/documents.ts";
import type { KindId } from "../../schemas/common.ts";
import { EngineResult } from "../../schemas/protocol/engine-result.ts";
import { sbomAfter } from "../failures/replayed.ts";
import { recordedCase, replay } from "../support/replay.ts";

function concluded(kind: KindId, name: string) {
  const { planned, recording } = recordedCase(kind, name);
  const conclusion = conclude(replay(planned, recording).input);
  const found = conclusion.results.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`${kind} has no result`);
  return { ...conclusion, found, files: documents(conclusion) };
}

describe("the result of a job", () => {
  const { found, files, input } = concluded("vuln_scan", "aliases");
  const { result } = found;

  it("A-02 B-20 B-21 B-24: says how it ended, by reference to what was written, with evidence", () => {
    expect(EngineResult.parse(JSON.parse(files.get("results/vuln_scan.json") ?? ""))).toEqual(result);
    expect([result.status, result.reason]).toEqual(["failed", "policy_block"]);
    expect(result.errors.map(({ code }) => code)).toEqual(result.errors.map(() => "SUPPLY_CHAIN_VULN_BLOCK"));
    const digest = (path: string) => {
      const text = files.get(path) ?? "";
      return [createHash("sha256").update(text).digest("hex"), Buffer.byteLength(text)];
    };
    expect(result.outputs.map((each) => [each.content_hash, each.size_bytes])).toEqual([
      digest("reports/vuln_scan.json"),
    ]);
    expect(result.evidence.map((each) => [each.kind, each.content_hash, each.size_bytes])).toEqual([
      ["tool_output", ...digest("evidence/vuln_scan.json")],
    ]);
  });

  it("B-22 B-33 G-13: has a provenance of what really ran, over which input", () => {
    expect(result.provenance).toMatchObject({
      engine_id: "engine.supply_chain.vuln",
      engine_version: "1.0.0",
      implementation: { component_id: "oss.osvscanner", name: "osv-scanner", version: "2.4.0" },
      determinism: "D1",
      capabilities_granted: ["fs.read:inputs", "fs.write:artifacts", "proc.exec:osv-scanner"],
    });
    expect(result.provenance.inputs.map(({ content_hash: hash }) => hash)).toEqual([input.plan.inventory.sha256]);
    expect(result.provenance.outputs).toEqual(result.outputs);
    expect(result.provenance.environment.advisory_snapshot_id).toBe(input.plan.advisories?.snapshotId);
    expect(result.provenance.environment.advisory_snapshot_id).toMatch(/^[0-9a-f]{64}$/);
  });

  it("C-12: is let through by all six gates", () => {
    const { decisions, denials } = judgeAfter(found);
    expect(denials).toEqual([]);
    expect(decisions.map(({ gate, phase, outcome }) => `${gate} ${phase} ${outcome}`)).toEqual(
      ["G-SCHEMA", "G-CAP", "G-INTEGRITY", "G-BUDGET", "G-PROVENANCE", "G-DET"].map((gate) => `${gate} post pass`),
    );
  });

  it("D-20: of a secret scan is kept close, and does not leave", () => {
    const { result: secrets } = concluded("secret_scan", "plain").found;
    const told = [...secrets.outputs, ...secrets.evidence].map((each) => [
      each.classification,
      each.exportable,
      each.retention_ttl_days,
    ]);
    expect(told).toEqual([
      ["high", false, 30],
      ["high", false, 30],
    ]);
  });

  it("J-40 G-03: of an SBOM names both SBOMs among its outputs, when it is complete", () => {
    const conclusion = conclude(sbomAfter("every-format").input);
    const written = documents(conclusion);
    const sbom = conclusion.results.find(({ kind }) => kind === "sbom_generate");
    const sha256 = (path: string) =>
      createHash("sha256")
        .update(written.get(path) ?? "")
        .digest("hex");
    expect(sbom?.result.outputs.map(({ kind, content_hash: hash }) => [kind, hash])).toEqual([
      ["report", sha256("reports/sbom_generate.json")],
      ["dataset_slice", sha256("sbom.cdx.json")],
      ["dataset_slice", sha256("sbom.spdx.json")],
    ]);
  });
});

describe("a result that a gate denies", () => {
  const { planned, recording } = recordedCase("vuln_scan", "clean");
  const { input } = replay(planned, recording);

  it("C-12 J-57: does not count: what ran was no pinned version", () => {
    const evidence = new Map(input.evidence);
    const entry = evidence.get("vuln_scan");
    if (entry === undefined) throw new Error("no evidence");
    evidence.set("vuln_scan", { ...entry, end: { ...entry.end, toolVersion: "2.3.0" } });
    const conclusion = conclude({ ...input, evidence });
    expect(conclusion.decision.verdict.verdict).toBe("INCOMPLETE");
    const job = conclusion.decision.jobs.find(({ kind }) => kind === "vuln_scan");
    expect(job?.problems.map(({ code, message }) => [code, message])).toEqual([
      [
        "result-denied",
        "G-PROVENANCE (GATE_PROVENANCE_FALSE): the provenance is not what was measured: version: found 2.3.0, expected 2.4.0",
      ],
    ]);
    const result = conclusion.results.find(({ kind }) => kind === "vuln_scan")?.result;
    expect([result?.status, result?.reason, result?.errors.map(({ code }) => code)]).toEqual([
      "failed",
      "gate_denied",
      ["GATE_PROVENANCE_FALSE"],
    ]);
    const told = runDiagnostics(conclusion.input, conclusion.decision);
    expect(told.map(({ title, severity }) => [title, severity])).toContainEqual([
      "MEX gate denied: G-PROVENANCE",
      "fatal",
    ]);
  });
});
