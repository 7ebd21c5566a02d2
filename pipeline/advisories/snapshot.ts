import { createHash } from "node:crypto";
import { createReadStream, existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../schemas/error.ts";
import { readJson } from "../../schemas/read.ts";
import { Snapshot } from "../../schemas/snapshot.ts";
import { DATABASE_FOLDERS, MANIFEST, snapshotIdOf } from "./manifest.ts";

/** A snapshot on this machine whose bytes are what its manifest says. `dir` is what `--local-db-path` names. */
export type OpenedSnapshot = Snapshot & { readonly dir: string };

/**
 * Opens a snapshot and checks every byte that the scanner will read against the manifest.
 * @throws GateError ADVISORIES_INVALID when something is missing, more than stated, or other than stated.
 */
export async function openSnapshot(dir: string): Promise<OpenedSnapshot> {
  const snapshot = readManifest(dir);
  const digests = new Map<string, string>();
  for (const folder of DATABASE_FOLDERS) await checkDatabases(join(dir, folder), snapshot, digests);
  return { dir, ...snapshot };
}

/**
 * The snapshot below `cacheRoot` with the newest advisory, among those that hold all of `ecosystems`; null when there is none.
 * @throws GateError ADVISORIES_INVALID when a kept snapshot's manifest, or the chosen one's database, is damaged.
 */
export async function newestSnapshot(
  cacheRoot: string,
  ecosystems: readonly string[] = [],
): Promise<OpenedSnapshot | null> {
  const kept = join(cacheRoot, "advisories");
  const names = existsSync(kept) ? readdirSync(kept).filter((name) => /^[0-9a-f]{16}$/.test(name)) : [];
  const [newest] = names
    .map((name) => ({ dir: join(kept, name), snapshot: readManifest(join(kept, name)) }))
    .filter(({ snapshot }) => ecosystems.every((wanted) => snapshot.ecosystems.some(({ name }) => name === wanted)))
    .sort((a, b) => byAge(a.snapshot, b.snapshot));
  return newest === undefined ? null : await openSnapshot(newest.dir);
}

function readManifest(dir: string): Snapshot {
  const path = join(dir, MANIFEST);
  const snapshot = readJson(Snapshot, textOf(path), path, "ADVISORIES_INVALID");
  const { snapshotId, ...content } = snapshot;
  const found = snapshotIdOf(content);
  if (found !== snapshotId) throw invalid(path, `its content is ${found}, expected ${snapshotId}, the id it states`);
  return snapshot;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw invalid(
      path,
      `can't be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}), expected a snapshot's manifest`,
      cause,
    );
  }
}

/** A database that the manifest does not name would be used by the scanner all the same. `digests`: by file, for hard links. */
async function checkDatabases(folder: string, snapshot: Snapshot, digests: Map<string, string>): Promise<void> {
  checkNames(
    folder,
    snapshot.ecosystems.map(({ name }) => name),
  );
  for (const { name, size, sha256 } of snapshot.ecosystems) {
    checkNames(join(folder, name), ["all.zip"]);
    const path = join(folder, name, "all.zip");
    const found = lstatSync(path);
    if (!found.isFile()) throw invalid(path, "found no plain file, expected one");
    if (found.size !== size) throw invalid(path, `found ${found.size} bytes, expected ${size}`);
    const file = `${found.dev}:${found.ino}`;
    const digest = digests.get(file) ?? (await digestOf(path));
    digests.set(file, digest);
    if (digest !== sha256) throw invalid(path, `found SHA-256 ${digest}, expected ${sha256}`);
  }
}

function checkNames(folder: string, expected: readonly string[]): void {
  const found = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder).sort() : [];
  if (found.join("/") === expected.join("/")) return;
  throw invalid(folder, `found ${found.join(", ") || "nothing"}, expected ${expected.join(", ")}`);
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(part as Buffer);
  return hash.digest("hex");
}

/** Newest first; of two with the same date the one with more records, then by id: never by the file system's order. */
function byAge(a: Snapshot, b: Snapshot): number {
  if (a.newestModified !== b.newestModified) return a.newestModified > b.newestModified ? -1 : 1;
  const more = recordsOf(b) - recordsOf(a);
  return more !== 0 ? more : a.snapshotId < b.snapshotId ? -1 : 1;
}

function recordsOf(snapshot: Snapshot): number {
  return snapshot.ecosystems.reduce((sum, { records }) => sum + records, 0);
}

function invalid(where: string, found: string, cause?: unknown): GateError {
  return new GateError("ADVISORIES_INVALID", `${where}: ${found}`, {
    cause,
    next: "remove the snapshot's folder and pull or build it again",
  });
}
