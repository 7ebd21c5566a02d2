import type { Buffer } from "node:buffer";
import { GateError } from "../../schemas/error.ts";
import type { Problem } from "../../schemas/evidence.ts";
import type { Inventory, InventoryFile, LockfileFormat } from "../../schemas/inventory.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import { isInstalled } from "../tree/installed.ts";
import { MAX_LOCKFILE_BYTES } from "../tree/limits.ts";
import { readSourceFile } from "../tree/source-file.ts";
import { READERS } from "./manifests/index.ts";
import { lockfileInvalid } from "./manifests/reader.ts";

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
      return textOf(root, found, file.lockfile);
    };
    try {
      const text = textOf(root, file, file.lockfile);
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

/** A larger one than any package manager writes is no lockfile, nor one with a line at which osv-scanner would give up all the others too. */
function textOf(root: string, file: InventoryFile, format: LockfileFormat | undefined): string {
  if (file.size > MAX_LOCKFILE_BYTES) {
    throw lockfileInvalid(file.path, `${file.size} bytes`, `at most ${MAX_LOCKFILE_BYTES}`);
  }
  const content = readSourceFile(root, file);
  if (format !== undefined && LINE_FORMATS.has(format)) refuseLongLines(file.path, content);
  return content.toString("utf8");
}

/** Formats that osv-scanner reads line by line. */
const LINE_FORMATS: ReadonlySet<LockfileFormat> = new Set([
  ...(["requirements", "go-mod", "yarn-lock", "gemfile-lock", "gradle-lock", "mix-lock", "cabal-freeze"] as const),
]);

/** What Go's bufio.Scanner takes. */
const MAX_LINE_BYTES = 64 * 1024 - 1;

function refuseLongLines(path: string, content: Buffer): void {
  let line = 1;
  for (let start = 0; start < content.length; line++) {
    const found = content.indexOf(0x0a, start);
    const end = found < 0 ? content.length : found;
    if (end - start >= MAX_LINE_BYTES) {
      throw lockfileInvalid(`${path}:${line}`, `${end - start} bytes in one line`, `less than ${MAX_LINE_BYTES}`);
    }
    start = end + 1;
  }
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
