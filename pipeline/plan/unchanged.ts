import type { SourcePath } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import { type LeaveOut, takeInventory } from "./inventory.ts";

/**
 * Walks the tree again after the tools have read it, and compares: what they saw is what the plan names only if it is still the same.
 * @throws GateError SOURCE_CHANGED that names the first difference
 */
export function refuseChanges(root: string, before: Inventory, leaveOut: LeaveOut): void {
  const after = takeInventory(root, leaveOut);
  const known = entriesOf(before);
  const found = entriesOf(after);
  for (const [key, { path, text }] of known) {
    const now = found.get(key);
    if (now === undefined) throw changed(path, "gone");
    if (now.text !== text) throw changed(path, "other content");
  }
  for (const [key, { path }] of found) if (!known.has(key)) throw changed(path, "new");
}

type Entries = Map<string, { readonly path: string; readonly text: string }>;

function entriesOf({ files, leftOut }: Inventory): Entries {
  const keyOf = ({ path, pathBytes = "" }: SourcePath) => `${pathBytes}\n${path}`;
  return new Map(
    [...files, ...leftOut].map((entry) => [keyOf(entry), { path: entry.path, text: JSON.stringify(entry) }]),
  );
}

function changed(path: string, found: string): GateError {
  return new GateError("SOURCE_CHANGED", `${path}: changed while the tools read the tree (${found})`, {
    next: "run again when nothing writes to the source folder, with TMPDIR outside of it",
  });
}
