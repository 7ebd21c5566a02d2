import { constants, copyFileSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import type { SourcePath } from "../../../schemas/common.ts";
import { GateError } from "../../../schemas/error.ts";
import { bytesOfPath } from "../../tree/source-path.ts";
import { joinBytes } from "./path-bytes.ts";

/** Copies that were made before, by what they hide. */
export type SharedTrees = Map<string, string>;

/**
 * Copies a tree without its hidden entries: files (as clones where the file system can), links as they are, no special files.
 * A second copy that hides the same consists of hard links to the first.
 *
 * A file that may not be read is left out: the inventory names it, and coverage knows it.
 */
export function copyTree(source: string, to: string, hide: readonly SourcePath[], shared: SharedTrees): void {
  const hidden = new Set(hide.map((path) => bytesOfPath(path).toString("latin1")));
  const key = JSON.stringify([...hidden].sort());
  const first = shared.get(key);
  if (first === undefined) {
    // The copy itself may lie inside the tree.
    if (to.startsWith(`${source}/`)) hidden.add(Buffer.from(to.slice(source.length + 1)).toString("latin1"));
    copyFolder(Buffer.from(source), Buffer.from(to), null, hidden, cloneFile);
    shared.set(key, to);
  } else {
    copyFolder(Buffer.from(first), Buffer.from(to), null, new Set(), linkSync);
  }
}

const QUIET_TREE = "run again on a tree that nobody writes to";

type PutFile = (from: Buffer, to: Buffer) => void;

const cloneFile: PutFile = (from, to) => {
  copyFileSync(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
};

function copyFolder(
  from: Buffer,
  to: Buffer,
  below: Buffer | null,
  hidden: ReadonlySet<string>,
  putFile: PutFile,
): void {
  mkdirSync(to, { mode: 0o700 });
  const entries = ifAllowed(from, () => readdirSync(from, { withFileTypes: true, encoding: "buffer" })) ?? [];
  for (const entry of entries) {
    const path = below === null ? entry.name : joinBytes(below, entry.name);
    if (hidden.has(path.toString("latin1"))) continue;
    const [source, target] = [joinBytes(from, entry.name), joinBytes(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target, path, hidden, putFile);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source, "buffer"), target);
    else if (entry.isFile()) ifAllowed(source, () => putFile(source, target));
  }
}

function ifAllowed<T>(path: Buffer, act: () => T): T | null {
  try {
    return act();
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (["EACCES", "EPERM"].includes(code)) return null;
    if (!["ENOENT", "ENOTDIR"].includes(code)) throw cause;
    throw new GateError("SOURCE_CHANGED", `${path}: gone while the tree was copied`, { cause, next: QUIET_TREE });
  }
}
