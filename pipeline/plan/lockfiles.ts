import { GateError } from "../../schemas/error.ts";
import type { Problem } from "../../schemas/evidence.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import { isInstalled } from "../tree/installed.ts";
import { readSourceFile } from "../tree/source-file.ts";
import { READERS } from "./manifests/index.ts";

export interface LockfilesRead {
  readonly lockfiles: readonly Lockfile[];
  /** For each lockfile the other files that its reader asked for and got. */
  readonly companions: Readonly<Record<string, readonly string[]>>;
  /** Lockfiles that can't be read: each makes the jobs that need it incomplete. */
  readonly broken: readonly Problem[];
}

/**
 * Reads every lockfile of the inventory but those inside installed dependencies.
 * @throws GateError SOURCE_CHANGED when a file is no longer what the inventory says
 */
export function readLockfiles(root: string, inventory: Inventory): LockfilesRead {
  const files = new Map(inventory.files.map((file) => [file.path, file]));
  const installed = isInstalled(inventory);
  const lockfiles: Lockfile[] = [];
  const companions: Record<string, readonly string[]> = {};
  const broken: Problem[] = [];
  for (const file of inventory.files) {
    if (file.lockfile === undefined || installed(file.path)) continue;
    const asked = new Set<string>();
    const sibling = (relative: string): string | undefined => {
      const path = resolve(file.path, relative);
      const found = path === undefined ? undefined : files.get(path);
      if (found === undefined) return undefined;
      asked.add(found.path);
      return readSourceFile(root, found).toString("utf8");
    };
    try {
      const text = readSourceFile(root, file).toString("utf8");
      lockfiles.push(READERS[file.lockfile]({ path: file.path, text, sibling }));
      companions[file.path] = [...asked].sort();
    } catch (error) {
      if (!(error instanceof GateError) || error.code !== "LOCKFILE_INVALID") throw error;
      broken.push({
        code: "lockfile-unread",
        message: error.message,
        next: error.next ?? `mend or remove ${file.path}`,
      });
    }
  }
  return { lockfiles, companions, broken };
}

/** A path relative to a file's folder, inside the tree; undefined when it leads out of it. */
function resolve(from: string, relative: string): string | undefined {
  const parts = from.split("/").slice(0, -1);
  for (const part of relative.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
