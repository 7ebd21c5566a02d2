import { Buffer } from "node:buffer";
import { lstatSync, readdirSync } from "node:fs";
import type { SourcePath } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Inventory, InventoryFile, LeftOut } from "../../schemas/inventory.ts";
import { contentOf } from "../tree/file-content.ts";
import { MAX_FOLDER_BYTES, MAX_LEVELS } from "../tree/limits.ts";
import { readSourceFile } from "../tree/source-file.ts";
import { byPath, sourcePathOf } from "../tree/source-path.ts";
import { emptySubmodules } from "../tree/submodules.ts";
import { CAN_TELL, declaresDependencies } from "./manifests/declared.ts";
import { lockfileFormatOf, manifestOf } from "./manifests/index.ts";

const SLASH = Buffer.from("/");

/** What of the tree is not looked at because the caller says so; `/` between parts. */
export interface LeaveOut {
  /** The policy's folders and files. */
  readonly policy: readonly string[];
  /** The folder that this run writes, when it lies in the tree; named whether it is there yet or not. */
  readonly output?: string | undefined;
}

/**
 * Walks a source tree once, following no symlink, and writes down every file with size and SHA-256.
 *
 * `.git` is left out at any depth; links, devices, sockets, submodules without content and what can't be read are named with their reason.
 * @throws GateError SOURCE_INVALID when `root` is no readable folder, SOURCE_CHANGED when it is written to.
 */
export function takeInventory(root: string, leaveOut: LeaveOut = { policy: [] }): Inventory {
  checkRoot(root);
  const excluded = new Set(leaveOut.policy.map((path) => path.replace(/\/+$/, "")));
  const files: InventoryFile[] = [];
  const leftOut: LeftOut[] = leaveOut.output === undefined ? [] : [{ path: leaveOut.output, reason: "output" }];
  const folders: Buffer[] = [Buffer.alloc(0)];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(root, folder, leftOut)) {
      const place = folder.length === 0 ? entry.name : Buffer.concat([folder, SLASH, entry.name]);
      const path = sourcePathOf(place);
      if (path.path === leaveOut.output) continue;
      if (entry.name.equals(GIT)) leftOut.push({ ...path, reason: "version-control" });
      else if (excluded.has(path.path)) leftOut.push({ ...path, reason: "policy" });
      else if (entry.isDirectory() && isTooDeep(place)) leftOut.push({ ...path, reason: "too-deep" });
      else if (entry.isDirectory()) folders.push(place);
      else if (entry.isSymbolicLink()) leftOut.push({ ...path, reason: "symlink" });
      else if (entry.isFile()) addFile(root, place, path, files, leftOut);
      else leftOut.push({ ...path, reason: "special-file" });
    }
  }
  const textOf = (file: InventoryFile) => readSourceFile(root, file).toString("utf8");
  const declaring = files.map((file) => withoutEmptyManifest(file, textOf)).sort(byPath);
  const inventory: Inventory = { schemaVersion: "supply-gate/inventory-1", files: declaring, leftOut };
  leftOut.push(...emptySubmodules(inventory, textOf));
  leftOut.sort(byPath);
  return inventory;
}

const GIT = Buffer.from(".git");

function checkRoot(root: string): void {
  const found = lstatSync(root, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new GateError("SOURCE_INVALID", `${root}: no such folder`, { next: "give the path of a source folder" });
  }
  if (!found.isDirectory()) {
    throw new GateError("SOURCE_INVALID", `${root}: found a file, expected a folder`, {
      next: "give the folder that holds the source",
    });
  }
}

function entriesOf(root: string, folder: Buffer, leftOut: LeftOut[]) {
  try {
    return readdirSync(Buffer.concat([Buffer.from(`${root}/`), folder]), { withFileTypes: true, encoding: "buffer" });
  } catch (cause) {
    if (folder.length === 0) {
      throw new GateError("SOURCE_INVALID", `${root}: the folder can't be read (${codeOf(cause)})`, { cause });
    }
    const code = codeOf(cause);
    const isGone = code === "ENOENT" || code === "ENOTDIR";
    leftOut.push({ ...sourcePathOf(folder), reason: isGone ? "changed-while-read" : "unreadable", detail: code });
    return [];
  }
}

function isTooDeep(folder: Buffer): boolean {
  let levels = 1;
  for (let at = folder.indexOf(SLASH); at >= 0; at = folder.indexOf(SLASH, at + 1)) levels++;
  return levels > MAX_LEVELS || folder.length > MAX_FOLDER_BYTES;
}

function addFile(root: string, place: Buffer, path: SourcePath, files: InventoryFile[], leftOut: LeftOut[]): void {
  const content = contentOf(Buffer.concat([Buffer.from(`${root}/`), place]));
  if ("reason" in content) {
    leftOut.push({ ...path, ...content });
    return;
  }
  const lockfile = lockfileFormatOf(path.path);
  const manifest = manifestOf(path.path);
  files.push({
    ...path,
    ...content,
    ...(lockfile === undefined ? {} : { lockfile }),
    ...(manifest === undefined ? {} : { manifest }),
  });
}

/** A manifest that declares no dependency needs no lockfile, so it is a file like any other. */
function withoutEmptyManifest(file: InventoryFile, textOf: (file: InventoryFile) => string): InventoryFile {
  const { manifest, ...plain } = file;
  if (manifest === undefined || !CAN_TELL.has(manifest) || file.size > MAX_MANIFEST_BYTES) return file;
  return declaresDependencies(manifest, textOf(file)) === false ? plain : file;
}

const MAX_MANIFEST_BYTES = 1024 ** 2;

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
}
