import { Buffer } from "node:buffer";
import type { SourcePath } from "../../schemas/common.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import { byPath, bytesOfPath, sourcePathOf } from "./source-path.ts";

/**
 * The top-most folders that a package manager filled: what they hold is named by a lockfile outside of them, and is not there in a fresh checkout.
 *
 * By name; `venv` and `vendor` are everyday words, so these need the file that their tool leaves in them.
 */
export function installedFolders(inventory: Inventory): SourcePath[] {
  const files = inventory.files.map(bytesAsText);
  const marked = new Set(files.flatMap(markedFolder));
  const folders = new Set(files.flatMap((file) => installedFolder(file, marked) ?? []));
  return [...folders].map((folder) => sourcePathOf(Buffer.from(folder, "latin1"))).sort(byPath);
}

/** Says of a path of the inventory whether it lies in such a folder. */
export function isInstalled(inventory: Inventory): (path: string) => boolean {
  const folders = installedFolders(inventory).map(({ path }) => `${path}/`);
  return (path) => folders.some((folder) => path.startsWith(folder));
}

const NAMES: ReadonlySet<string> = new Set([
  "node_modules",
  "bower_components",
  "jspm_packages",
  "site-packages",
  ".tox",
  "Pods",
]);

/** A map: a file may be called `constructor`. */
const MARKS: ReadonlyMap<string, readonly string[]> = new Map([
  ["pyvenv.cfg", [".venv", "venv"]],
  ["modules.txt", ["vendor"]],
]);

/** One character a byte, so that names which are no UTF-8 keep theirs. */
function bytesAsText(path: SourcePath): string {
  return bytesOfPath(path).toString("latin1");
}

function markedFolder(file: string): string[] {
  const parts = file.split("/");
  const owners = MARKS.get(parts.pop() ?? "") ?? [];
  return owners.includes(parts.at(-1) ?? "") ? [parts.join("/")] : [];
}

function installedFolder(file: string, marked: ReadonlySet<string>): string | undefined {
  const parts = file.split("/");
  for (let count = 1; count < parts.length; count++) {
    const folder = parts.slice(0, count).join("/");
    if (NAMES.has(parts[count - 1] as string) || marked.has(folder)) return folder;
  }
  return undefined;
}
