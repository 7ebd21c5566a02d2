import { describe, expect, it, vi } from "vitest";
import { makePlan, type PlanRequest } from "../../pipeline/plan/plan.ts";
import type { KindId } from "../../schemas/common.ts";
import { Plan } from "../../schemas/plan.ts";
import { requestOf } from "../support/plan-request.ts";
import { makeTree } from "../support/tree.ts";

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: { "node_modules/demo": { version: "1.0.0" } },
});
const FILES = { "src/b.ts": "b", "src/ch.ts": "ch", "src/a.gz.txt": "a", "package-lock.json": LOCK, ä: "" };
const ADVISORIES = { snapshotId: "1".repeat(64), newestModified: "2026-01-01T00:00:00.000Z", ecosystems: { npm: 1 } };

const planOf = (files: Record<string, string>, more: Partial<PlanRequest> = {}) =>
  makePlan(requestOf(makeTree(files), { advisories: ADVISORIES, ...more }));

function jobOf({ plan }: ReturnType<typeof makePlan>, kind: KindId) {
  const job = plan.jobs.find((candidate) => candidate.kind === kind);
  if (job?.state !== "planned") throw new Error(`${kind} is ${job?.state}`);
  return job;
}

const UUID_8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("makePlan", () => {
  it("gives the same bytes for the same tree in another folder, written in another order, in another place of the world", () => {
    vi.stubEnv("TZ", "Pacific/Chatham");
    const one = JSON.stringify(planOf(FILES));
    vi.stubEnv("TZ", "America/Los_Angeles");
    vi.stubEnv("LC_ALL", "C");
    const two = JSON.stringify(planOf(Object.fromEntries(Object.entries(FILES).reverse())));
    vi.unstubAllEnvs();
    expect(two).toBe(one);
  });

  it("fits its own schema, holds no path of this machine, and counts what it saw", () => {
    const root = makeTree(FILES);
    const { plan } = makePlan(requestOf(root, { advisories: ADVISORIES }));
    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(JSON.stringify(plan)).not.toContain(root);
    expect(plan.inventory).toMatchObject({ files: 5, bytes: 4 + LOCK.length, lockfiles: 1, packages: 1 });
  });

  it("names every operation by a UUID of its content", () => {
    const ids = (files: Record<string, string>) =>
      planOf(files).plan.jobs.flatMap((job) => ("operation" in job ? [job.operation.op_id] : []));
    const before = ids(FILES);
    const after = ids({ ...FILES, "src/b.ts": "changed" });
    expect(before).toHaveLength(4);
    for (const id of [...before, ...after]) expect(id).toMatch(UUID_8);
    expect(new Set([...before, ...after]).size).toBe(8);
  });

  it("keeps the key of a step that sees lockfiles only when another file changes, and not that of one that sees the tree", () => {
    const before = planOf(FILES);
    const after = planOf({ ...FILES, "src/b.ts": "changed" });
    expect(jobOf(after, "vuln_scan").stepKey).toBe(jobOf(before, "vuln_scan").stepKey);
    expect(jobOf(after, "secret_scan").stepKey).not.toBe(jobOf(before, "secret_scan").stepKey);
  });

  it.each<[string, Partial<PlanRequest>, readonly [boolean, boolean]]>([
    ["other advisories", { advisories: { ...ADVISORIES, snapshotId: "2".repeat(64) } }, [false, true]],
    ["another date", { asOf: "2027-01-01T00:00:00.000Z" }, [false, false]],
    ["another mode", { mode: "release" }, [false, false]],
  ])("with %s changes the keys of the steps that depend on it", (_what, more, [secret, vuln]) => {
    const before = planOf(FILES);
    const after = planOf(FILES, more);
    const changed = (kind: KindId) => jobOf(after, kind).stepKey !== jobOf(before, kind).stepKey;
    expect([changed("secret_scan"), changed("vuln_scan")]).toEqual([secret, vuln]);
  });

  it("changes the key of vuln_scan with the lockfile's bytes and with the pinned tool", () => {
    const before = jobOf(planOf(FILES), "vuln_scan").stepKey;
    expect(jobOf(planOf({ ...FILES, "package-lock.json": `${LOCK}\n` }), "vuln_scan").stepKey).not.toBe(before);
    const { pins } = requestOf("");
    const tool = { ...pins.tools["osv-scanner"], version: "2.4.1" } as (typeof pins.tools)[string];
    const other = { ...pins, tools: { ...pins.tools, "osv-scanner": tool } };
    expect(jobOf(planOf(FILES, { pins: other }), "vuln_scan").stepKey).not.toBe(before);
  });

  it("plans one kind alone when asked to, and says of the others that nobody asked", () => {
    const states = planOf(FILES, { only: "vuln_scan" }).plan.jobs.map((job) =>
      job.state === "not-required" ? `${job.kind}: ${job.reason}` : `${job.kind} ${job.state}`,
    );
    expect(states).toEqual([
      "secret_scan: not asked for",
      "vuln_scan planned",
      "sbom_generate: not asked for",
      "license_scan: not asked for",
      "oss_register_audit: not asked for",
    ]);
  });

  it("writes down as impossible what needs advisories when there are none, and as not required what has no lockfile", () => {
    const vuln = ({ plan }: ReturnType<typeof makePlan>) => plan.jobs.find(({ kind }) => kind === "vuln_scan");
    expect(vuln(planOf(FILES, { advisories: null }))).toMatchObject({
      state: "impossible",
      problem: { code: "advisories-missing", next: "supply-gate advisories pull" },
    });
    expect(vuln(planOf({ "a.ts": "a" }))).toMatchObject({
      state: "not-required",
      reason: "no lockfile and no manifest in the tree",
    });
  });

  it("leaves out the folder that it writes, so that a second run plans the same", () => {
    const first = planOf(FILES, { output: "out" });
    const second = planOf({ ...FILES, "out/verdict.json": "{}", "out/run/log": "x" }, { output: "out" });
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(jobOf(first, "secret_scan").step.staging.tree).toEqual({ hide: [{ path: "out" }] });
  });

  it("leaves out what the policy excludes, and hides it from the tools", () => {
    const { policy } = requestOf("");
    const exclude = [{ path: "src", reason: "made up" }];
    const planning = planOf(FILES, { policy: { ...policy, exclude } });
    expect(planning.inventory.leftOut).toEqual([{ path: "src", reason: "policy" }]);
    expect(planning.inventory.files.map(({ path }) => path)).toEqual(["package-lock.json", "ä"]);
    expect(jobOf(planning, "secret_scan").step.staging).toMatchObject({
      tree: { hide: [{ path: "src" }] },
      copies: [],
    });
  });
});
