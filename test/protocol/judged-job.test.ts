import { describe, expect, it } from "vitest";
import { decide } from "../../pipeline/decide/decide.ts";
import { gated, judgeJob } from "../../pipeline/protocol/judged-job.ts";
import { runDiagnostics } from "../../pipeline/report/diagnostics.ts";
import { Job } from "../../schemas/plan.ts";
import { recordedCase, replay } from "../support/replay.ts";

const { planned, recording } = recordedCase("vuln_scan", "aliases");
const { input } = replay(planned, recording);
const { sha256, bytes } = input.plan.inventory;
const tree = { inventory: input.inventory, sha256, bytes };
const without = (...capabilities: string[]) => ({ ...planned.job.operation, capabilities_requested: capabilities });

describe("a job of the plan", () => {
  it("C-01: is judged by the six gates, which let it through with what it asks for and nothing else", () => {
    const { decisions, denials, granted, capabilities } = judgeJob(planned.job, tree);
    expect(denials).toEqual([]);
    expect(decisions.map(({ gate, outcome }) => `${gate} ${outcome}`)).toEqual([
      "G-SCHEMA pass",
      "G-CAP pass",
      "G-INTEGRITY pass",
      "G-BUDGET pass",
      "G-PROVENANCE pass",
      "G-DET pass",
    ]);
    expect(granted).toEqual(["fs.read:inputs", "fs.write:artifacts", "proc.exec:osv-scanner"]);
    expect(capabilities.map(({ decision_outcome }) => decision_outcome)).toEqual(["allow", "allow", "allow"]);
    expect(gated(planned.job, tree)).toBe(planned.job);
  });

  it("C-03: is written down as denied, without its step, when a gate says no", () => {
    const job = { ...planned.job, operation: without("fs.read:inputs") };
    const denied = gated(job, tree);
    expect(Job.parse(denied)).toEqual(denied);
    expect(denied).toMatchObject({ kind: "vuln_scan", state: "denied" });
    expect("step" in denied).toBe(false);
    expect("denials" in denied ? denied.denials.map(({ gate, code }) => `${gate} ${code}`) : []).toContain(
      "G-CAP GATE_CAP_NOT_REQUESTED",
    );
  });

  it("J-70: is denied when the tree that it names is another one than the plan's", () => {
    const denied = gated(planned.job, { ...tree, sha256: "0".repeat(64) });
    expect("denials" in denied ? denied.denials.map(({ code }) => code) : []).toContain("GATE_INTEGRITY_HASH");
  });

  it("C-02: that is denied makes the verdict INCOMPLETE, with a diagnostic of the gate", () => {
    const denied = gated({ ...planned.job, operation: without("fs.read:inputs", "net.http") }, tree);
    const jobs = input.plan.jobs.map((job) => (job.kind === "vuln_scan" ? (denied as Job) : job));
    const changed = { ...input, plan: { ...input.plan, jobs }, evidence: new Map() };
    const decision = decide(changed);
    expect(decision.verdict).toMatchObject({ verdict: "INCOMPLETE", exitCode: 3 });
    expect(decision.verdict.incomplete.every(({ code }) => code === "operation-denied")).toBe(true);
    const told = runDiagnostics(changed, decision);
    expect(told.map(({ title }) => title)).toContain("MEX gate denied: G-CAP");
    expect(told.every(({ severity, job_id }) => severity === "fatal" && job_id === planned.job.operation.op_id)).toBe(
      true,
    );
  });
});
