import type { SourcePath } from "../../../schemas/common.ts";
import type { DifferenceReason } from "../../../schemas/finding.ts";
import type { Inventory, InventoryFile } from "../../../schemas/inventory.ts";
import { hiddenPaths } from "../../tree/hidden.ts";
import { installedFolders, isInstalled } from "../../tree/installed.ts";

/** What of a tree is the author's own: the files that scancode must read, what is hidden from it, and why. */
export interface Scope {
  readonly expected: readonly InventoryFile[];
  readonly hide: readonly SourcePath[];
  readonly leftOut: readonly { readonly reason: DifferenceReason; readonly paths: readonly string[] }[];
}

/**
 * Installed dependencies are judged by the licences that they declare. Lockfiles that a tool writes hold other people's licences as data, in megabytes;
 * those that people write (go.mod, requirements.txt) are read.
 */
export function scopeOf(inventory: Inventory): Scope {
  const installed = isInstalled(inventory);
  const dependencies = inventory.files.filter(({ path }) => installed(path));
  const own = inventory.files.filter(({ path }) => !installed(path));
  const lockfiles = own.filter(isGenerated);
  return {
    expected: own.filter((file) => !isGenerated(file)),
    hide: [...hiddenPaths(inventory), ...installedFolders(inventory), ...lockfiles.map(sourcePath)],
    leftOut: [
      { reason: "installed-dependency", paths: dependencies.map(({ path }) => path) },
      { reason: "lockfile", paths: lockfiles.map(({ path }) => path) },
    ],
  };
}

const WRITTEN_BY_PEOPLE: ReadonlySet<InventoryFile["lockfile"]> = new Set([
  undefined,
  "go-mod",
  "requirements",
  "pom-xml",
  "packages-config",
]);

function isGenerated({ lockfile }: InventoryFile): boolean {
  return !WRITTEN_BY_PEOPLE.has(lockfile);
}

function sourcePath({ path, pathBytes }: SourcePath): SourcePath {
  return pathBytes === undefined ? { path } : { path, pathBytes };
}
