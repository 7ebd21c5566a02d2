import { describe, expect, it } from "vitest";
import { TOOLS } from "../../pipeline/cli/pins.ts";
import { type Decision, decide } from "../../pipeline/decide/decide.ts";
import { makePlan } from "../../pipeline/plan/plan.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";
import type { KindId } from "../../schemas/common.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import { NOTHING_KNOWN } from "../../schemas/known.ts";
import { requestOf } from "../support/plan-request.ts";
import { makeTree } from "../support/tree.ts";

const FILES = { "a.ts": "x", "package-lock.json": '{"lockfileVersion": 3, "packages": {}}' };
const ADVISORIES = {
  snapshotId: "1".repeat(64),
  newestModified: "2026-01-01T00:00:00.000Z",
  ecosystems: { npm: 1, Go: 2 },
};
const END = {
  status: 0,
  signal: null,
  spawnError: null,
  timedOut: false,
  killedBy: null,
  stdoutBytesCut: 0,
  stderrBytesCut: 0,
  toolVersion: null,
};

/** For each kind: its tool, a report in which nothing but the canaries stands, and the canaries. */
const KINDS = [
  ["secret_scan", "gitleaks", { bytes: 1_000_000, secrets: [] }, ["github-pat", "supply-gate-canary"]],
  [
    "vuln_scan",
    "osv-scanner",
    { databases: ["npm"], sources: [], records: [], otherWords: [] },
    ["SUPPLY-GATE-CANARY-NPM-RANGE", "SUPPLY-GATE-CANARY-NPM-VERSION"],
  ],
  ["sbom_generate", "syft", { packages: [], dependencies: [], unread: [] }, ["supply-gate-canary"]],
  [
    "license_scan",
    "scancode",
    { spdxListVersion: "3.27", seen: ["a.ts"], files: [], clues: [], errors: [] },
    ["1-spdx-id", "2-aho", "3-seq"],
  ],
] as const;

/** A decision over that kind alone, whose tool found these canaries and nothing else. */
function decisionOf(kind: KindId, tool: string, report: object, canaries: readonly string[]): Decision {
  const request = requestOf(makeTree(FILES), { advisories: ADVISORIES, only: kind });
  const { plan, inventory, lockfiles, broken } = makePlan(request);
  const job = plan.jobs.find((each) => each.kind === kind);
  if (job?.state !== "planned") throw new Error(`${kind} is ${job?.state}`);
  const evidence: Evidence = {
    schemaVersion: "supply-gate/evidence-1",
    kind,
    stepKey: job.stepKey,
    tool,
    end: END,
    problems: [],
    report: { ...report, canaries },
  };
  return decide({
    plan,
    inventory,
    lockfiles,
    broken,
    policy: RECOMMENDED,
    waivers: null,
    known: NOTHING_KNOWN,
    evidence: new Map([[kind, evidence]]),
    tools: TOOLS,
    isolation: { kind: "none", egress: "not proved" },
  });
}

describe.each(KINDS)("%s", (kind, tool, report, canaries) => {
  const found = (names: readonly string[]) => {
    const { verdict, jobs } = decisionOf(kind, tool, report, names);
    const job = verdict.jobs.find((each) => each.kind === kind);
    return { verdict, job, decided: jobs.find((each) => each.kind === kind) };
  };
  const incomplete = (names: readonly string[]) => {
    const { verdict, job } = found(names);
    const missed = canaries.filter((name) => !names.includes(name));
    expect(verdict).toMatchObject({ verdict: "INCOMPLETE", exitCode: 3, next: "supply-gate tools verify" });
    expect(job).toMatchObject({
      state: "incomplete",
      canaries: { expected: canaries.length, found: names.length },
      problems: [
        {
          code: "canary-missing",
          message: `${tool}: did not find ${missed.length} of ${canaries.length} canaries that were put beside the input (${missed.join(", ")})`,
          next: "supply-gate tools verify",
        },
      ],
    });
  };

  it("is complete when it found all its canaries, which are no findings", () => {
    const { verdict, job, decided } = found(canaries);
    expect(verdict).toMatchObject({ verdict: "PASSED", incomplete: [], counts: {} });
    expect(job).toMatchObject({
      state: "complete",
      canaries: { expected: canaries.length, found: canaries.length },
      problems: [],
    });
    expect(decided?.canaries).toEqual({ expected: canaries, found: canaries });
  });

  it("is incomplete when it found none", () => incomplete([]));

  it.each(canaries)("is incomplete when it found all but %s", (missing) =>
    incomplete(canaries.filter((name) => name !== missing)),
  );

  it("is incomplete when it found others in their place", () => {
    const { verdict, job } = found(canaries.map((name) => `${name}-other`));
    expect(verdict.verdict).toBe("INCOMPLETE");
    expect(job?.problems.map(({ code }) => code)).toEqual(["canary-missing"]);
    expect(job?.canaries).toEqual({ expected: canaries.length, found: 0 });
  });

  it("counts none that was not put there", () => {
    const { verdict, job } = found([...canaries, "one-more"]);
    expect(verdict.verdict).toBe("PASSED");
    expect(job?.canaries).toEqual({ expected: canaries.length, found: canaries.length });
  });
});

describe("vuln_scan of lockfiles that lock nothing", () => {
  const report = KINDS[1][2];
  const canaries = KINDS[1][3];

  it("is incomplete when the database of its canaries was not loaded", () => {
    const { verdict } = decisionOf("vuln_scan", "osv-scanner", { ...report, databases: [] }, canaries);
    expect(verdict.incomplete).toEqual([
      {
        kind: "vuln_scan",
        code: "database-missing",
        message: "npm: canaries are looked up, but no advisory database of this ecosystem was loaded",
        next: "supply-gate advisories pull --ecosystem npm",
      },
    ]);
  });
});

describe("oss_register_audit", () => {
  it("has no tool, and so no canary", () => {
    const root = makeTree({ ...FILES, "register.yaml": "schemaVersion: supply-gate/register-1\ncomponents: []\n" });
    const policy = { ...RECOMMENDED, register: "register.yaml" };
    const { plan, inventory, lockfiles, broken } = makePlan(requestOf(root, { policy, only: "oss_register_audit" }));
    const report = { schemaVersion: "supply-gate/register-1", components: [] };
    const planned = plan.jobs.find((job) => job.state === "in-process");
    const evidence: Evidence = {
      schemaVersion: "supply-gate/evidence-1",
      kind: "oss_register_audit",
      stepKey: planned?.stepKey ?? "",
      tool: "",
      end: END,
      problems: [],
      report,
    };
    const { verdict } = decide({
      plan,
      inventory,
      lockfiles,
      broken,
      policy,
      waivers: null,
      known: NOTHING_KNOWN,
      evidence: new Map([["oss_register_audit", evidence]]),
      tools: TOOLS,
      isolation: { kind: "none", egress: "not proved" },
    });
    const job = verdict.jobs.find(({ kind }) => kind === "oss_register_audit");
    expect(job).toMatchObject({ state: "complete", canaries: { expected: 0, found: 0 } });
  });
});
