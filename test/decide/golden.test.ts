import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DecisionInput, decide } from "../../pipeline/decide/decide.ts";
import { verdictOf } from "../../pipeline/decide/verdict.ts";
import { digestOf } from "../../pipeline/findings/digest.ts";
import type { KindId } from "../../schemas/common.ts";
import type { JudgedFinding } from "../../schemas/finding.ts";
import type { WaiverFile } from "../../schemas/waivers.ts";
import { licenseCase, sbomCase } from "../failures/replayed.ts";
import { recordedCase, replay } from "../support/replay.ts";
import { ROOT } from "../support/shared-data.ts";

/** Digests of the plan, the pins and the tree change with every step that is written another way: each has a test of its own. */
const DIGEST = /"[0-9a-f]{64}"/g;

function replayed(kind: KindId, name: string) {
  const { planned, recording } =
    kind === "sbom_generate" ? sbomCase(name) : kind === "license_scan" ? licenseCase(name) : recordedCase(kind, name);
  return replay(planned, recording);
}

describe("the whole verdict of a recorded run", () => {
  it.each<[KindId, string]>([
    ["secret_scan", "utf-16"],
    ["secret_scan", "plain"],
    ["vuln_scan", "aliases"],
    ["vuln_scan", "unpinned"],
    ["vuln_scan", "broken-lockfile"],
    ["sbom_generate", "every-format"],
    ["license_scan", "odd"],
  ])("G-06: of %s/%s is what was reviewed (vitest -u writes it anew)", async (kind, name) => {
    const { verdict, lockfileSets } = replayed(kind, name);
    const text = JSON.stringify({ verdict, lockfileSets }, null, 2).replace(DIGEST, '"…"');
    await expect(`${text}\n`).toMatchFileSnapshot(join(ROOT, "fixtures/kinds", kind, name, "verdict.json"));
  });
});

describe("the digests of a verdict", () => {
  const { input } = replayed("vuln_scan", "aliases");
  const waivers: WaiverFile = { schemaVersion: "supply-gate/waivers-1", waivers: [] };

  it("G-06: are those of the plan, the tree, and everything that was decided on", () => {
    const { verdict } = decide(input);
    const { plan, inventory, lockfiles, broken, policy, known, tools, evidence } = input;
    const beside = { inventory, lockfiles, broken, policy, waivers: null, known, tools };
    const decidedOn = { ...beside, evidence: Object.fromEntries(evidence) };
    expect(verdict.planSha256).toBe(digestOf(plan));
    expect(verdict.evidenceSha256).toBe(digestOf(decidedOn));
    expect(verdict.source.inventorySha256).toBe(digestOf(inventory));
  });

  it.each<[string, Partial<DecisionInput>]>([
    ["inventory", { inventory: { ...input.inventory, leftOut: [{ path: "x", reason: "binary" as never }] } }],
    ["lockfiles", { lockfiles: [] }],
    ["broken", { broken: [{ code: "lockfile-unread", message: "x" }] }],
    ["policy", { policy: { ...input.policy, name: "another" } }],
    ["waivers", { waivers }],
    ["tools", { tools: { ...input.tools, gate: "0.0.1" } }],
    ["evidence", { evidence: new Map() }],
  ])("G-10: change with %s", (_, more) => {
    expect(decide({ ...input, ...more }).verdict.evidenceSha256).not.toBe(decide(input).verdict.evidenceSha256);
  });
});

describe("the place of what blocks", () => {
  const LOCATED = { path: "a.ts", startLine: 7 };
  it.each<[string, Partial<JudgedFinding>]>([
    ["a.ts:7", { locations: [LOCATED] }],
    ["a.ts", { locations: [{ path: "a.ts" }] }],
    [`a.ts:7 in commit ${"c".repeat(12)}`, { locations: [{ ...LOCATED, commit: "c".repeat(40) }] }],
    ["", { locations: [] }],
    ["pkg:npm/x@1", { locations: [], purl: "pkg:npm/x@1" }],
    ["pkg:npm/x@1 in a.ts:7", { locations: [LOCATED, { path: "b.ts" }], purl: "pkg:npm/x@1" }],
  ])("is %j", (where, more) => {
    const { input, jobs } = replayed("secret_scan", "utf-16");
    const located = jobs.map((job) => ({ ...job, findings: job.findings.map((each) => ({ ...each, ...more })) }));
    const findings = located.flatMap((job) => job.findings);
    const { blocking, counts } = verdictOf(input, located, findings, null);
    expect(blocking.map((each) => each.where)).toEqual(blocking.map(() => where));
    expect(blocking.length).toBeGreaterThan(0);
    expect(counts).toEqual({ secret: blocking.length });
  });
});
