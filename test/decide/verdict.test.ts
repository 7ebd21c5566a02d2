import { describe, expect, it } from "vitest";
import { TOOLS } from "../../pipeline/cli/pins.ts";
import { type DecisionInput, decide } from "../../pipeline/decide/decide.ts";
import { makePlan } from "../../pipeline/plan/plan.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";
import type { KindId, Mode } from "../../schemas/common.ts";
import type { Evidence, Problem } from "../../schemas/evidence.ts";
import { NOTHING_KNOWN } from "../../schemas/known.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import type { WaiverFile } from "../../schemas/waivers.ts";
import { requestOf } from "../support/plan-request.ts";
import { makeTree } from "../support/tree.ts";

const SECRET = {
  ruleId: "demo-rule",
  description: "Made up.",
  path: "a.ts",
  startLine: 3,
  endLine: 3,
  startColumn: 1,
  endColumn: 9,
};
const ALIVE = { canaries: ["github-pat", "supply-gate-canary"], bytes: 1_000_000 };
const NOTHING = { ...ALIVE, secrets: [] };
const ONE = { ...ALIVE, secrets: [SECRET] };
const CUT: Problem = { code: "output-truncated", message: "gitleaks: output was cut" };
const BROKEN: Problem = { code: "lockfile-unread", message: "x/package-lock.json: no JSON" };
const FOUND = ["SUPPLY-GATE-CANARY-NPM-RANGE", "SUPPLY-GATE-CANARY-NPM-VERSION"];
const VULN_REPORT = { canaries: FOUND, databases: ["npm"], sources: [], records: [], otherWords: [] };

function evidence(kind: KindId, report: unknown, problems: Problem[] = []): Evidence {
  const end = {
    status: 77,
    signal: null,
    spawnError: null,
    timedOut: false,
    killedBy: null,
    stdoutBytesCut: 0,
    stderrBytesCut: 0,
    toolVersion: "8.30.1",
  };
  const tool = "gitleaks";
  return { schemaVersion: "supply-gate/evidence-1", kind, stepKey: "0".repeat(64), tool, end, problems, report };
}

/** A decision over the given jobs of a tree with one file and one lockfile. */
function inputOf(
  kinds: readonly KindId[],
  found: readonly Evidence[],
  more: Partial<DecisionInput> = {},
  mode: Mode = "review",
) {
  const root = makeTree({ "a.ts": "x", "package-lock.json": '{"lockfileVersion": 3, "packages": {}}' });
  const advisories = { snapshotId: "1".repeat(64), newestModified: "2026-01-01T00:00:00.000Z", ecosystems: { npm: 1 } };
  const request = requestOf(root, { mode, advisories, policy: more.policy ?? RECOMMENDED });
  const { plan, inventory, lockfiles, broken } = makePlan(request);
  const jobs = plan.jobs.filter(({ kind }) => kinds.includes(kind));
  const keys = new Map(jobs.flatMap((job) => ("stepKey" in job ? [[job.kind, job.stepKey] as const] : [])));
  const input: DecisionInput = {
    plan: { ...plan, jobs },
    inventory,
    lockfiles,
    broken,
    policy: RECOMMENDED,
    waivers: null,
    known: NOTHING_KNOWN,
    evidence: new Map(found.map((entry) => [entry.kind, { ...entry, stepKey: keys.get(entry.kind) ?? entry.stepKey }])),
    tools: TOOLS,
    isolation: { kind: "none", egress: "not proved" },
    ...more,
  };
  return input;
}

const secretScan = (report: unknown, problems: Problem[] = [], more: Partial<DecisionInput> = {}) =>
  decide(inputOf(["secret_scan"], [evidence("secret_scan", report, problems)], more));

const vulnScan = (more: Partial<DecisionInput> = {}, mode: Mode = "review") =>
  decide(inputOf(["vuln_scan"], [evidence("vuln_scan", VULN_REPORT)], more, mode));

const lockfile = (code: Lockfile["gaps"][number]["code"]): Lockfile => ({
  path: "requirements.txt",
  format: "requirements",
  packages: [],
  gaps: [{ code, name: "loose", detail: ">=1" }],
});

describe("the verdict", () => {
  it.each([
    ["PASSED", 0, "complete", NOTHING, []],
    ["FAILED", 1, "complete", ONE, []],
    ["INCOMPLETE", 3, "incomplete", NOTHING, [CUT]],
    ["FAILED", 1, "incomplete", ONE, [CUT]],
    ["INCOMPLETE", 3, "incomplete", null, [CUT]],
    ["INCOMPLETE", 3, "incomplete", null, []],
  ])("A-06 G-05: is %s with exit status %i for a job that is %s", (word, exitCode, state, report, problems) => {
    const { verdict } = secretScan(report, problems);
    expect({ verdict: verdict.verdict, exitCode: verdict.exitCode, state: verdict.jobs[0]?.state }).toEqual({
      verdict: word,
      exitCode,
      state,
    });
  });

  it("names both what blocks and what is incomplete", () => {
    const { verdict } = secretScan(ONE, [CUT]);
    expect(verdict.blocking).toMatchObject([
      { rule: "secret", where: "a.ts:3", because: "recommended: secrets: block" },
    ]);
    expect(verdict.incomplete).toEqual([{ kind: "secret_scan", ...CUT }]);
    expect(verdict.next).toMatch(/^supply-gate explain secret-[0-9a-f]{12}: revoke the secret/);
    expect(verdict.counts).toEqual({ secret: 1 });
    expect(verdict.jobs[0]?.summary).toBe("gitleaks: output was cut; 1 secret");
  });

  it("G-14: says what to do when it is incomplete, with the first advice there is", () => {
    expect(secretScan(null, [CUT]).verdict.next).toBe("read run/ for what the tool said");
    const advised = { ...CUT, next: "give it more" };
    expect(secretScan(null, [CUT, advised]).verdict.next).toBe("give it more");
    expect(secretScan(NOTHING).verdict.next).toBe("nothing: it may go in");
  });

  it("is INCOMPLETE without evidence, and for evidence without a report", () => {
    const missing = [{ kind: "secret_scan", code: "report-missing", message: "secret_scan: no evidence that it ran" }];
    expect(decide(inputOf(["secret_scan"], [])).verdict).toMatchObject({ verdict: "INCOMPLETE", incomplete: missing });
    expect(secretScan(null).verdict).toMatchObject({ verdict: "INCOMPLETE", incomplete: missing });
  });

  it("is INCOMPLETE for a job that can't be run", () => {
    const input = inputOf(["vuln_scan"], []);
    const problem: Problem = { code: "advisories-missing", message: "no snapshot", next: "pull" };
    const plan = { ...input.plan, jobs: [{ kind: "vuln_scan" as const, state: "impossible" as const, problem }] };
    expect(decide({ ...input, plan }).verdict).toMatchObject({
      verdict: "INCOMPLETE",
      incomplete: [{ kind: "vuln_scan", ...problem }],
      next: "pull",
    });
  });

  it("is INCOMPLETE for evidence of another step", () => {
    const input = inputOf(["secret_scan"], []);
    const stale = { ...evidence("secret_scan", NOTHING), stepKey: "f".repeat(64) };
    expect(decide({ ...input, evidence: new Map([["secret_scan", stale]]) }).verdict).toMatchObject({
      verdict: "INCOMPLETE",
      incomplete: [
        { code: "report-invalid", message: "secret_scan: found evidence of another step than the planned one" },
      ],
    });
  });

  it("is INCOMPLETE for a broken lockfile, also where that leaves nothing to do", () => {
    expect(vulnScan({ broken: [BROKEN] }).verdict).toMatchObject({
      verdict: "INCOMPLETE",
      incomplete: [{ kind: "vuln_scan", ...BROKEN }],
    });
    const input = inputOf(["vuln_scan"], [], { broken: [BROKEN] });
    const jobs = [{ kind: "vuln_scan" as const, state: "not-required" as const, reason: "no lockfile in the tree" }];
    const { verdict } = decide({ ...input, plan: { ...input.plan, jobs } });
    expect(verdict).toMatchObject({ verdict: "INCOMPLETE", jobs: [{ state: "incomplete" }] });
  });
});

describe("gaps", () => {
  it.each([
    ["review", "PASSED"],
    ["release", "INCOMPLETE"],
  ] as const)("are worth in a %s what the policy says: %s", (mode, word) => {
    const { verdict, jobs } = vulnScan({ lockfiles: [lockfile("unpinned")] }, mode);
    expect(verdict.verdict).toBe(word);
    expect(jobs[0]?.gaps).toEqual([
      {
        id: "gap-0938a5b2b94a",
        code: "unpinned",
        path: "requirements.txt",
        subject: "loose",
        detail: ">=1",
        effect: mode === "review" ? "report" : "incomplete",
        because: `recommended: ${mode}-gaps: ${mode === "review" ? "report" : "incomplete"}`,
      },
    ]);
  });

  it("of what can't be read are never clean, whatever the policy says", () => {
    const inventory = {
      schemaVersion: "supply-gate/inventory-1" as const,
      files: [],
      leftOut: [{ path: "closed", reason: "unreadable" as const, detail: "EACCES" }],
    };
    const rules = [{ id: "all", class: "coverage" as const, effect: "report" as const, at: "p.yaml:1" }];
    const policy = { ...RECOMMENDED, rules };
    expect(secretScan(NOTHING, [], { inventory, policy }).verdict.incomplete).toEqual([
      {
        kind: "secret_scan",
        code: "coverage-gap",
        message: "unreadable: closed: EACCES",
        next: "make it readable, or remove it",
      },
    ]);
  });
});

const WAIVER = {
  reason: "made up for a test",
  owner: "someone",
  approver: "another",
  created: "2025-12-01",
} as const;

describe("a waiver", () => {
  const [found] = secretScan(ONE).findings;
  const waivers = (expires: string): WaiverFile => ({
    schemaVersion: "supply-gate/waivers-1",
    waivers: [{ ...WAIVER, what: { finding: found?.id ?? "" }, expires }],
  });

  it.each([
    ["2026-01-02", "PASSED", "waived"],
    ["2026-01-01", "PASSED", "waived"],
    ["2025-12-31", "FAILED", "block"],
  ])("G-12 H-10: until %s gives %s on the first of January 2026", (expires, word, effect) => {
    const { verdict, findings } = secretScan(ONE, [], { waivers: waivers(expires) });
    expect(verdict.verdict).toBe(word);
    expect(findings[0]?.effect).toBe(effect);
  });

  it("G-12: is named with owner, date and reason, and mends no incomplete job", () => {
    const { verdict, findings } = secretScan(ONE, [CUT], { waivers: waivers("2026-01-01") });
    expect(verdict.verdict).toBe("INCOMPLETE");
    expect(findings[0]?.because).toBe("waived by someone, approved by another, until 2026-01-01: made up for a test");
    expect(verdict.jobs[0]?.findings).toEqual({ block: 0, report: 0, waived: 1 });
  });
});

describe("the register", () => {
  const policy = { ...RECOMMENDED, register: "register.yaml" };
  const register = { schemaVersion: "supply-gate/register-1", components: [] };
  const lockfiles: Lockfile[] = [
    {
      path: "package-lock.json",
      format: "package-lock",
      packages: [{ name: "demo", version: "1.0.0", ecosystem: "npm", dev: false, origin: "registry" }],
      gaps: [],
    },
  ];
  const audit = (found: readonly Evidence[], mode: Mode) =>
    decide(inputOf(["oss_register_audit"], found, { policy, lockfiles }, mode)).verdict;

  it("G-15: blocks a release for a component without a row, and only lists it in a review", () => {
    const found = [evidence("oss_register_audit", register)];
    expect(audit(found, "release")).toMatchObject({ verdict: "FAILED", counts: { "register.missing": 1 } });
    expect(audit(found, "review")).toMatchObject({ verdict: "PASSED", counts: { "register.missing": 1 } });
  });

  it("is INCOMPLETE when the policy names one and nobody read it", () => {
    expect(audit([], "release").verdict).toBe("INCOMPLETE");
  });
});
