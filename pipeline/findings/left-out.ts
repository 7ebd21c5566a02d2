import type { Coverage, Gap } from "../../schemas/finding.ts";
import type { Inventory } from "../../schemas/inventory.ts";

const EXAMPLES = 5;

/** What was not looked at on purpose, by reason, with the first few paths; sorted by reason. */
export function leftOutCounts(
  inventory: Inventory,
  more: readonly { readonly reason: string; readonly paths: readonly string[] }[] = [],
): Coverage["leftOut"] {
  const byReason = new Map<string, string[]>();
  const add = (reason: string, paths: readonly string[]) => {
    const known = byReason.get(reason) ?? [];
    byReason.set(reason, known);
    for (const path of paths) known.push(path);
  };
  for (const { reason, path } of inventory.leftOut) if (reason !== "unreadable") add(reason, [path]);
  for (const { reason, paths } of more) add(reason, paths);
  return [...byReason]
    .filter(([, paths]) => paths.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, paths]) => ({ reason, count: paths.length, examples: [...paths].sort().slice(0, EXAMPLES) }));
}

/** Files and folders that could not be read: never clean. */
export function unreadableGaps(inventory: Inventory): Gap[] {
  return inventory.leftOut
    .filter(({ reason }) => reason === "unreadable")
    .map(({ path, detail }) => ({ code: "unreadable", path, subject: path, detail: detail ?? "can't be read" }));
}
