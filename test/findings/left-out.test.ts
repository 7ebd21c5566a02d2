import { describe, expect, it } from "vitest";
import { gapOf } from "../../pipeline/findings/gap.ts";
import { inventoryGaps, leftOutCounts, leftOutGaps } from "../../pipeline/findings/left-out.ts";
import type { Inventory } from "../../schemas/inventory.ts";

const INVENTORY: Inventory = {
  schemaVersion: "supply-gate/inventory-1",
  files: [
    { path: "a.jar", size: 1, sha256: "0".repeat(64), encoding: "binary", unscanned: "archive" },
    { path: "b.bin", size: 1, sha256: "0".repeat(64), encoding: "text", unscanned: "lfs-pointer" },
    { path: "c.ts", size: 1, sha256: "0".repeat(64), encoding: "text" },
  ],
  leftOut: [
    { path: "z", reason: "unreadable" },
    { path: "deep", reason: "too-deep", detail: "more than 900 folders" },
    ...["g", "b", "f", "a", "e", "d", "c"].map((path) => ({ path, reason: "symlink" as const })),
    { path: ".git", reason: "version-control" },
  ],
};

describe("what was left out", () => {
  it("is counted by reason, sorted, with the first five paths; gaps are not among it", () => {
    const more = [
      { reason: "binary" as const, paths: ["y", "x"] },
      { reason: "development" as const, paths: [] },
      { reason: "symlink" as const, paths: ["0"] },
    ];
    expect(leftOutCounts(INVENTORY, more)).toEqual([
      { reason: "binary", count: 2, examples: ["x", "y"] },
      { reason: "symlink", count: 8, examples: ["0", "a", "b", "c", "d"] },
      { reason: "version-control", count: 1, examples: [".git"] },
    ]);
    expect(leftOutCounts({ ...INVENTORY, leftOut: [] })).toEqual([]);
  });

  it("is a gap where it may hold anything", () => {
    const unreadable = gapOf({ code: "unreadable", path: "z", subject: "z", detail: "can't be read" });
    const deep = gapOf({ code: "too-deep", path: "deep", subject: "deep", detail: "more than 900 folders" });
    const jar = { code: "archive" as const, path: "a.jar", subject: "a.jar", detail: "its content is not unpacked" };
    const pointer = { path: "b.bin", subject: "b.bin", detail: "the file that it stands for is not here" };
    expect(leftOutGaps(INVENTORY)).toEqual([unreadable, deep]);
    expect(inventoryGaps(INVENTORY)).toEqual([
      unreadable,
      deep,
      gapOf(jar),
      gapOf({ code: "lfs-pointer", ...pointer }),
    ]);
  });
});
