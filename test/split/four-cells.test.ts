import { cpSync, existsSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSnapshot } from "../../pipeline/advisories/snapshot.ts";
import { lockText } from "../../pipeline/cli/advisories-lock.ts";
import { foundOf } from "../../pipeline/cli/snapshot.ts";
import type { World } from "../../pipeline/cli/world.ts";
import { GIT } from "../support/made-repository.ts";
import { CACHE, checkedOut, gated, quietWorld, type TwoByTwo, twoByTwo } from "./repository.ts";

const installed =
  GIT !== undefined &&
  ["osv-scanner"].every(
    (tool) => existsSync(join(CACHE, "tools", tool)) && readdirSync(join(CACHE, "tools", tool)).length > 0,
  );

const ALL = {
  "kept@1.0.0": "already-there",
  "gone@1.0.0": "fixed",
  "brought@1.0.0": "introduced",
  "late@1.0.0": "new-advisory",
  "unlucky@1.0.0": "introduced",
};

/** Head's tree against `base`, by `pinned` and `newest`; vuln_scan alone. */
function split(
  { repository: { root }, pinned, newest, before }: TwoByTwo,
  swap: Record<string, string | undefined> = {},
  world?: World,
) {
  return gated({ path: root, only: "vuln_scan", advisories: pinned, newest, base: before, ...swap }, world);
}

describe.skipIf(!installed)("two commits and two snapshots (skipped until supply-gate tools install has run)", () => {
  const made = installed ? twoByTwo() : ({} as TwoByTwo);

  it("attributes each finding to its cell, and runs each cell once", async () => {
    const { origins, ran, cells, decision } = await split(made);
    expect(origins).toEqual(ALL);
    expect(ran).toEqual(["vuln_scan", "base: vuln_scan", "head-newest: vuln_scan", "base-newest: vuln_scan"]);
    expect(cells?.base).toMatchObject({ kind: "ref", name: made.before });
    expect(cells?.problems).toEqual([]);
    expect(decision.verdict.split).toMatchObject({ withdrawn: [], restated: [] });
  });

  it("newest swapped for pinned: what only newer advisories know goes, and nothing else", async () => {
    const { origins, ran, cells } = await split(made, { newest: made.pinned });
    const { "late@1.0.0": _late, "unlucky@1.0.0": _unlucky, ...rest } = ALL;
    expect(origins).toEqual(rest);
    expect(ran).toEqual(["vuln_scan", "base: vuln_scan"]);
    expect(cells).toMatchObject({ newest: null, headNewest: null, baseNewest: null });
  });

  it("pinned swapped for newest: news becomes what was there, and nothing else moves", async () => {
    const { origins } = await split(made, { advisories: made.newest });
    expect(origins).toEqual({ ...ALL, "late@1.0.0": "already-there" });
  });

  it("base swapped for head: what the change brought was there, and what it mended was never there", async () => {
    const { origins, ran } = await split(made, { base: made.after });
    const { "gone@1.0.0": _gone, ...rest } = ALL;
    expect(origins).toEqual({ ...rest, "brought@1.0.0": "already-there", "unlucky@1.0.0": "new-advisory" });
    expect(ran).toEqual(["vuln_scan", "head-newest: vuln_scan"]);
  });

  it("head swapped for base: nothing is introduced or mended", async () => {
    const { origins } = await split(made, { path: checkedOut(made, made.before), base: checkedOut(made, made.before) });
    expect(origins).toEqual({
      "kept@1.0.0": "already-there",
      "gone@1.0.0": "already-there",
      "late@1.0.0": "new-advisory",
    });
  });

  it("a folder and the results of an earlier run say the same as the commit, and results run nothing", async () => {
    const tree = checkedOut(made, made.before);
    const before = await gated({ path: tree, only: "vuln_scan", advisories: made.pinned });
    const byTree = await split(made, { base: tree });
    const byResults = await split(made, { base: before.out });
    expect(byTree.origins).toEqual(ALL);
    expect(byResults.origins).toEqual(ALL);
    expect(byResults.ran).toEqual(["vuln_scan", "head-newest: vuln_scan"]);
    expect(byTree.cells?.base.inventorySha256).toBe(byResults.cells?.base.inventorySha256);
  });

  it("results of older advisories are taken for what those of today would say of their packages", async () => {
    const before = await gated({ path: checkedOut(made, made.before), only: "vuln_scan", advisories: made.pinned });
    const { origins, ran } = await split(made, { base: before.out, advisories: made.newest, newest: undefined });
    expect(origins).toEqual({ ...ALL, "late@1.0.0": "already-there" });
    expect(ran).toEqual(["vuln_scan"]);
  });

  it("what head was not asked is not called mended, and an output may be its own base", async () => {
    const whole = await gated({ path: checkedOut(made, made.before), only: "secret_scan", advisories: made.pinned });
    const first = await split(made, { base: whole.out, newest: undefined });
    expect(first.decision.verdict.split).toMatchObject({ fixed: [], alreadyThere: [], problems: [] });
    const second = await split(made, { base: first.out, out: first.out, newest: undefined });
    expect(second.origins).toEqual({ "kept@1.0.0": "already-there", "brought@1.0.0": "already-there" });
  });

  it("a lock pins the snapshot, and the newest of the cache is looked at beside it", async () => {
    const cache = mkdtempSync(join(tmpdir(), "supply-gate-test-"));
    symlinkSync(join(CACHE, "tools"), join(cache, "tools"));
    const world = quietWorld([], cache);
    const lock = join(cache, "advisories.lock.json");
    const locked = { advisories: undefined, newest: undefined, advisoriesLock: lock };
    writeFileSync(lock, lockText(foundOf(await openSnapshot(made.pinned))));
    await expect(split(made, locked, world)).rejects.toMatchObject({
      code: "ADVISORIES_INVALID",
      message: expect.stringContaining("which is not in the cache"),
    });
    for (const dir of [made.pinned, made.newest]) {
      const { snapshotId } = await openSnapshot(dir);
      cpSync(dir, join(cache, "advisories", snapshotId.slice(0, 16)), { recursive: true });
    }
    expect((await split(made, locked, world)).origins).toEqual(ALL);
    await expect(split(made, { ...locked, advisories: made.newest }, world)).rejects.toMatchObject({
      message: expect.stringMatching(/^--advisories: found the snapshot .*, expected .*, which .* pins$/),
    });
    await expect(split(made, { advisories: made.newest, newest: made.pinned })).rejects.toMatchObject({
      message: expect.stringMatching(/^--newest: found advisories up to 2026-01-01/),
    });
    await expect(split(made, { base: undefined })).rejects.toMatchObject({ code: "USAGE_INVALID" });
  });
});
