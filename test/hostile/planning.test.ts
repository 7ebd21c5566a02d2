import { afterEach, describe, expect, it } from "vitest";
import { makePlan } from "../../pipeline/plan/plan.ts";
import { HOSTILE } from "../support/hostile/index.ts";
import { INNOCENT } from "../support/hostile/innocent.ts";
import { hostileTree, titled } from "../support/hostile/place.ts";
import { requestOf } from "../support/plan-request.ts";

const made: { remove(): void }[] = [];
afterEach(() => {
  for (const tree of made.splice(0)) tree.remove();
});

function planned(things: Parameters<typeof hostileTree>[0]) {
  const tree = hostileTree(things);
  made.push(tree);
  const planning = makePlan(requestOf(tree.root, { advisories: ADVISORIES }));
  return { ...planning, ranAnything: tree.ranAnything() };
}

const ADVISORIES = {
  snapshotId: "0".repeat(64),
  newestModified: "2026-01-01T00:00:00Z",
  ecosystems: { npm: 1, PyPI: 1, "crates.io": 1, Go: 1 },
};
const isInnocent = ({ path }: { path: string }) => path.startsWith(`${INNOCENT}/`);

describe("planning over a tree with", () => {
  for (const { title, thing, skipped } of titled(HOSTILE)) {
    it.skipIf(skipped)(`${title}: names what can't be scanned, and plans the rest as it would alone`, () => {
      const alone = planned([]);
      const { inventory, lockfiles, broken, plan, ranAnything } = planned([thing]);
      const known = new Set(alone.inventory.files.map(({ path }) => path));
      expect(inventory.files.filter(({ path }) => known.has(path))).toEqual(alone.inventory.files);
      expect(lockfiles.filter(isInnocent)).toEqual(alone.lockfiles);
      expect(plan.jobs.map(({ kind, state }) => ({ kind, state }))).toEqual(
        alone.plan.jobs.map(({ kind, state }) => ({ kind, state })),
      );
      const leftOut = Object.fromEntries(inventory.leftOut.map(({ path, reason }) => [path, reason]));
      expect(leftOut).toEqual(thing.leftOut ?? {});
      const unscanned = inventory.files.flatMap((file) => (file.unscanned ? [[file.path, file.unscanned]] : []));
      expect(Object.fromEntries(unscanned)).toEqual(thing.unscanned ?? {});
      if (thing.broken !== undefined) {
        const places = broken.map(({ message }) => message.replace(/:.*$/s, "")).sort();
        expect(places).toEqual([...thing.broken].sort());
      }
      for (const path of thing.secrets ?? []) expect(inventory.files.map((file) => file.path)).toContain(path);
      expect(ranAnything).toBe(false);
    });
  }
});
