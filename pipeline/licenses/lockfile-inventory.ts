import { lstatSync, readdirSync } from "node:fs";
import { GateError } from "../../schemas/error.ts";
import type { Inventory, InventoryFile, LeftOut } from "../../schemas/inventory.ts";
import { lockfileFormatOf } from "../plan/manifests/index.ts";
import { contentOf } from "../tree/file-content.ts";
import { MAX_FOLDER_BYTES, MAX_LEVELS } from "../tree/limits.ts";
import { byPath, sourcePathOf } from "../tree/source-path.ts";

const SLASH = Buffer.from("/");
const PASSED_OVER: ReadonlySet<string> = new Set([".git", "node_modules"]);

/** What lockfiles refer to, and what tells an installed folder from a project's own. */
const BESIDE = /^(?:go\.sum|pyvenv\.cfg|modules\.txt)$|\.(?:txt|in|pip)$/;

/**
 * An inventory of the lockfiles of a tree alone, with the files that they may refer to: no other file is read. Links are not followed.
 * @throws GateError SOURCE_INVALID when `root` is no folder
 */
export function lockfileInventory(root: string): Inventory {
  if (lstatSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new GateError("SOURCE_INVALID", `${root}: found no folder, expected one`, {
      next: "give the path of a source folder",
    });
  }
  const files: InventoryFile[] = [];
  const leftOut: LeftOut[] = [];
  const open: { folder: Buffer; level: number }[] = [{ folder: Buffer.alloc(0), level: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of readdirSync(placeOf(root, next.folder), { withFileTypes: true, encoding: "buffer" })) {
      const path = next.folder.length === 0 ? entry.name : Buffer.concat([next.folder, SLASH, entry.name]);
      const name = entry.name.toString();
      const isDeep = next.level >= MAX_LEVELS || path.length > MAX_FOLDER_BYTES;
      if (entry.isDirectory() && isDeep) leftOut.push({ ...sourcePathOf(path), reason: "too-deep" });
      else if (entry.isDirectory() && !PASSED_OVER.has(name)) open.push({ folder: path, level: next.level + 1 });
      else if (entry.isFile()) addFile(root, path, name, files, leftOut);
    }
  }
  return { schemaVersion: "supply-gate/inventory-1", files: files.sort(byPath), leftOut: leftOut.sort(byPath) };
}

function addFile(root: string, path: Buffer, name: string, files: InventoryFile[], leftOut: LeftOut[]): void {
  const lockfile = lockfileFormatOf(name);
  if (lockfile === undefined && !BESIDE.test(name)) return;
  const content = contentOf(placeOf(root, path));
  if ("reason" in content) leftOut.push({ ...sourcePathOf(path), ...content });
  else files.push({ ...sourcePathOf(path), ...content, ...(lockfile === undefined ? {} : { lockfile }) });
}

function placeOf(root: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), path]);
}
