import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import type { SourcePath } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Encoding, Inventory, InventoryFile, LeftOut } from "../../schemas/inventory.ts";
import { encodingOf, HEAD_BYTES } from "../tree/encoding.ts";
import { byPath, sourcePathOf } from "../tree/source-path.ts";
import { lockfileFormatOf, manifestOf } from "./manifests/index.ts";

const SLASH = Buffer.from("/");
const CHUNK = Buffer.allocUnsafe(1024 * 1024);

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
 * `.git` is left out at any depth; links, devices, sockets and unreadable entries are named with their reason.
 * @throws GateError SOURCE_INVALID when `root` is no readable folder.
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
      else if (entry.isDirectory()) folders.push(place);
      else if (entry.isSymbolicLink()) leftOut.push({ ...path, reason: "symlink" });
      else if (entry.isFile()) addFile(root, place, path, files, leftOut);
      else leftOut.push({ ...path, reason: "special-file" });
    }
  }
  return { schemaVersion: "supply-gate/inventory-1", files: files.sort(byPath), leftOut: leftOut.sort(byPath) };
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
    leftOut.push({ ...sourcePathOf(folder), reason: "unreadable", detail: codeOf(cause) });
    return [];
  }
}

function addFile(root: string, place: Buffer, path: SourcePath, files: InventoryFile[], leftOut: LeftOut[]): void {
  const lockfile = lockfileFormatOf(path.path);
  const manifest = manifestOf(path.path);
  try {
    const read = digestFile(Buffer.concat([Buffer.from(`${root}/`), place]));
    if (read === null) leftOut.push({ ...path, reason: "special-file" });
    else {
      files.push({
        ...path,
        ...read,
        ...(lockfile === undefined ? {} : { lockfile }),
        ...(manifest === undefined ? {} : { manifest }),
      });
    }
  } catch (cause) {
    leftOut.push({ ...path, reason: "unreadable", detail: codeOf(cause) });
  }
}

function digestFile(place: Buffer) {
  // O_NONBLOCK: a FIFO that took the file's place since the folder was read must not hang the walk.
  const descriptor = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) return null;
    const hash = createHash("sha256");
    let encoding: Encoding = "text";
    let size = 0;
    for (let got = readSync(descriptor, CHUNK); got > 0; got = readSync(descriptor, CHUNK)) {
      const part = CHUNK.subarray(0, got);
      if (size === 0) encoding = encodingOf(part.subarray(0, HEAD_BYTES));
      hash.update(part);
      size += got;
    }
    return { size, sha256: hash.digest("hex"), encoding };
  } finally {
    closeSync(descriptor);
  }
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
}
