import { posix } from "node:path";
import type { Inventory, InventoryFile, LeftOut } from "../../schemas/inventory.ts";
import { submodulePaths } from "./gitmodules.ts";
import { isInstalled } from "./installed.ts";
import { MAX_LOCKFILE_BYTES } from "./limits.ts";

/**
 * Submodules whose folder is empty or missing: their code belongs to the tree and is not here.
 * What `.gitmodules` files inside installed dependencies name is nothing of this tree's.
 */
export function emptySubmodules(inventory: Inventory, textOf: (file: InventoryFile) => string): LeftOut[] {
  const installed = isInstalled(inventory);
  const files = inventory.files.filter(
    ({ path, size }) => posix.basename(path) === ".gitmodules" && !installed(path) && size <= MAX_LOCKFILE_BYTES,
  );
  if (files.length === 0) return [];
  const known = knownPaths(inventory);
  const closed = new Set(inventory.leftOut.map(({ path }) => path));
  const empty = new Map<string, LeftOut>();
  for (const file of files) {
    for (const name of submodulePaths(textOf(file))) {
      const path = posix.join(posix.dirname(file.path), name);
      const isLeftOut = ancestors(path).some((folder) => closed.has(folder));
      if (known.has(path) || isLeftOut) continue;
      empty.set(path, { path, reason: "submodule-empty", detail: `named by ${file.path}` });
    }
  }
  return [...empty.values()];
}

/** Everything with content or with a reason of its own, and all folders above it; a `.git` alone is no content. */
function knownPaths({ files, leftOut }: Inventory): ReadonlySet<string> {
  const known = new Set<string>();
  for (const { path } of [...files, ...leftOut.filter(({ reason }) => reason !== "version-control")]) {
    known.add(path);
    for (const folder of ancestors(path)) known.add(folder);
  }
  return known;
}

function ancestors(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
