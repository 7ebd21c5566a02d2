import { describe, expect, it } from "vitest";
import type { DecisionInput } from "../../pipeline/decide/decide.ts";
import { lockfileSets } from "../../pipeline/decide/lockfile-sets.ts";
import { makePlan } from "../../pipeline/plan/plan.ts";
import type { KindId } from "../../schemas/common.ts";
import { requestOf } from "../support/plan-request.ts";
import { recordedCase, replay } from "../support/replay.ts";
import { makeTree } from "../support/tree.ts";

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    "": { name: "shop" },
    "node_modules/a": { version: "1.0.0", resolved: "https://registry.example/a/-/a-1.0.0.tgz" },
    "node_modules/b": { version: "2.0.0", resolved: "https://registry.example/b/-/b-2.0.0.tgz" },
  },
});
const A = { ecosystem: "npm", name: "a", version: "1.0.0" };
const STRANGER = { ecosystem: "npm", name: "stranger", version: "9.0.0" };

const scanned = (entry: typeof A) => ({ ...entry, dev: false, records: [], maxSeverities: [] });

/** A tree with two lockfiles; osv-scanner saw `a` and a stranger in the first, syft `a` alone in the second. */
function input(): DecisionInput {
  const root = makeTree({ "x/package-lock.json": LOCK, "y/package-lock.json": LOCK });
  const advisories = { snapshotId: "1".repeat(64), newestModified: "2026-01-01T00:00:00.000Z", ecosystems: { npm: 1 } };
  const planning = makePlan(requestOf(root, { advisories }));
  const base = replay(recordedCase("secret_scan", "plain").planned, recordedCase("secret_scan", "plain").recording);
  const sources = [{ path: "x/package-lock.json", packages: [A, STRANGER].map(scanned) }];
  const vuln = { canaries: [], databases: ["npm"], sources, records: [], otherWords: [] };
  const list = { declaredLicenses: [], cpes: [], hashes: [], local: false };
  const packages = [{ ...A, ...list, purl: "pkg:npm/a@1.0.0", locations: ["y/package-lock.json"] }];
  const sbom = { canaries: [], packages, dependencies: [], unread: [] };
  const keyOf = (kind: KindId) => {
    const job = planning.plan.jobs.find((each) => each.kind === kind);
    return job?.state === "planned" ? job.stepKey : "";
  };
  const [evidence] = [...base.input.evidence.values()];
  if (evidence === undefined) throw new Error("no evidence");
  const entry = (kind: KindId, report: unknown) => [kind, { ...evidence, kind, stepKey: keyOf(kind), report }] as const;
  return {
    ...base.input,
    ...planning,
    evidence: new Map([entry("vuln_scan", vuln), entry("sbom_generate", sbom)]),
  };
}

const INPUT = input();
const change = (kind: KindId, more: object) =>
  new Map([...INPUT.evidence].map(([id, entry]) => [id, id === kind ? { ...entry, ...more } : entry] as const));
const ONLY_OURS = [
  { package: "a 1.0.0", reason: "not-by-tool" },
  { package: "b 2.0.0", reason: "not-by-tool" },
];

describe("lockfileSets", () => {
  it("gives each lockfile's own count and what each tool saw in that one", () => {
    expect(lockfileSets(INPUT)).toEqual([
      {
        path: "x/package-lock.json",
        format: "package-lock",
        packages: 2,
        osvScanner: {
          packages: 2,
          onlyOurs: [{ package: "b 2.0.0", reason: "not-by-tool" }],
          onlyTheirs: [{ package: "stranger 9.0.0", reason: "not-read" }],
        },
        syft: { packages: 0, onlyOurs: ONLY_OURS, onlyTheirs: [] },
      },
      {
        path: "y/package-lock.json",
        format: "package-lock",
        packages: 2,
        osvScanner: { packages: 0, onlyOurs: ONLY_OURS, onlyTheirs: [] },
        syft: { packages: 1, onlyOurs: [{ package: "b 2.0.0", reason: "not-by-tool" }], onlyTheirs: [] },
      },
    ]);
  });

  it.each<["osvScanner" | "syft", KindId]>([
    ["osvScanner", "vuln_scan"],
    ["syft", "sbom_generate"],
  ])("has no word of %s without a report of the planned step", (tool, kind) => {
    const others = new Map([...INPUT.evidence].filter(([id]) => id !== kind));
    const jobs = INPUT.plan.jobs.map((job) =>
      job.kind === kind ? { kind, state: "not-required" as const, reason: "not asked for" } : job,
    );
    const cases: Partial<DecisionInput>[] = [
      { evidence: change(kind, { report: null }) },
      { evidence: change(kind, { stepKey: "0".repeat(64) }) },
      { evidence: others },
      { plan: { ...INPUT.plan, jobs } },
    ];
    for (const more of cases) {
      const [first] = lockfileSets({ ...INPUT, ...more });
      expect(first?.[tool]).toBeNull();
      expect(first?.[tool === "syft" ? "osvScanner" : "syft"]).not.toBeNull();
    }
  });
});
