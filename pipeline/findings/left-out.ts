import type { CoveragePart, DifferenceReason, Gap } from "../../schemas/finding.ts";
import type { Inventory, LeftOutReason, Unscanned } from "../../schemas/inventory.ts";
import { gapOf } from "./gap.ts";

const EXAMPLES = 5;

/** What was not looked at on purpose, by reason, with the first few paths; sorted by reason. */
export function leftOutCounts(
  inventory: Inventory,
  more: readonly { readonly reason: DifferenceReason; readonly paths: readonly string[] }[] = [],
): CoveragePart["leftOut"] {
  const byReason = new Map<DifferenceReason, string[]>();
  const add = (reason: DifferenceReason, paths: readonly string[]) => {
    const known = byReason.get(reason) ?? [];
    byReason.set(reason, known);
    for (const path of paths) known.push(path);
  };
  for (const { reason, path } of inventory.leftOut) if (!isGap(reason)) add(reason, [path]);
  for (const { reason, paths } of more) add(reason, paths);
  return [...byReason]
    .filter(([, paths]) => paths.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, paths]) => ({ reason, count: paths.length, examples: [...paths].sort().slice(0, EXAMPLES) }));
}

/** Files and folders that were not looked at although they may hold anything; they are not among the inventory's files. */
export function leftOutGaps(inventory: Inventory): Gap[] {
  return inventory.leftOut.flatMap(({ path, reason, detail }) =>
    isGap(reason) ? [gapOf({ code: reason, path, subject: path, detail: detail ?? "can't be read" })] : [],
  );
}

/** Everything in the tree that no tool looks into: {@link leftOutGaps}, and files that stand for content or pack it. */
export function inventoryGaps(inventory: Inventory): Gap[] {
  const unscanned = inventory.files.flatMap(({ path, unscanned: code }) =>
    code === undefined ? [] : [gapOf({ code, path, subject: path, detail: UNSCANNED[code] })],
  );
  return [...leftOutGaps(inventory), ...unscanned];
}

const GAPS = ["unreadable", "changed-while-read", "submodule-empty", "too-deep", "too-large"] as const;

function isGap(reason: LeftOutReason): reason is (typeof GAPS)[number] {
  return GAPS.some((gap) => gap === reason);
}

const UNSCANNED = {
  archive: "its content is not unpacked",
  "lfs-pointer": "the file that it stands for is not here",
} as const satisfies Record<Unscanned, string>;
