import { join } from "node:path";
import { expect, it } from "vitest";
import { buildSnapshot } from "../../pipeline/advisories/build.ts";
import { hasSharedData, SHARED_DATA } from "../support/shared-data.ts";
import { makeTree } from "../support/tree.ts";

it.skipIf(!hasSharedData)(
  "builds the same snapshot of osv-2026-06-30 everywhere (skipped without ../shared/data)",
  async () => {
    const snapshot = await buildSnapshot(join(SHARED_DATA, "osv-2026-06-30"), join(makeTree({}), "snapshot"));
    expect(
      snapshot.ecosystems.map(({ name, records, withdrawn, canaries }) => [name, records, withdrawn, canaries]),
    ).toEqual([
      ["Go", 3786, 9, 2],
      ["PyPI", 2661, 10, 2],
      ["crates.io", 1126, 13, 2],
      ["npm", 471, 0, 2],
    ]);
    expect(snapshot.ecosystems[1]).toMatchObject({
      gitRangesRemoved: 1391,
      namesNormalised: 1,
      // PYSEC-2024-55 is dated 1-01-01: published like this, the scanner drops it.
      stripped: { "modified (malformed)": 1 },
    });
    expect(snapshot.snapshotId).toBe("3eea82def8aed23dc7464c75fcb4d5964e7d670cf586be315b532ef59c6c92da");
  },
);
