import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { GateError } from "../../schemas/error.ts";
import type { Snapshot, SnapshotEcosystem } from "../../schemas/snapshot.ts";
import { CANARY_PREFIX, canaryRecords } from "../findings/advisory-canary.ts";
import { DATABASE_FOLDERS, MANIFEST, manifestOf, manifestText } from "./manifest.ts";
import { cleanRecord } from "./record.ts";
import { type OpenedSnapshot, openSnapshot } from "./snapshot.ts";
import { type AdvisorySource, sourcesIn } from "./source.ts";
import { Spool } from "./spool.ts";
import { storing } from "./storing.ts";
import { Tally } from "./tally.ts";
import type { ZipLimits } from "./zip-reader.ts";
import { writeZip } from "./zip-writer.ts";

export interface BuildContext {
  /** Leave out records that can't be read, and say so in the manifest; without it one such record ends the build. */
  readonly allowRejected?: boolean;
  readonly limits?: ZipLimits;
  /** Only these, and all of these; without it every ecosystem that is there. */
  readonly ecosystems?: readonly string[];
  /** Called once for every thousand records. */
  readonly onRecords?: (ecosystem: string, records: number) => void;
  /** Further files that lie beside `snapshot.json`, outside the snapshot's identity. */
  readonly beside?: Readonly<Record<string, string>>;
}

/**
 * Builds an advisory snapshot in the new folder `to` from a folder in osv.dev's layout: what the pinned scanner reads, all of it.
 *
 * Same input, same bytes. Nothing is left at `to` unless it is whole; a `to` that holds the same snapshot already is kept.
 * @throws GateError ADVISORIES_INVALID for input that can't be read in full, OUTPUT_INVALID when `to` holds something else,
 * STORAGE_FAILED when it can't be written.
 */
export async function buildSnapshot(from: string, to: string, context: BuildContext = {}): Promise<OpenedSnapshot> {
  const parent = dirname(resolve(to));
  return await storing(parent, () => buildInto(from, () => to, parent, context));
}

/** The same, kept as `<cacheRoot>/advisories/<first 16 digits of snapshotId>`. */
export async function storeSnapshot(
  from: string,
  cacheRoot: string,
  context: BuildContext = {},
): Promise<OpenedSnapshot> {
  const parent = join(cacheRoot, "advisories");
  const placeOf = ({ snapshotId }: Snapshot) => join(parent, snapshotId.slice(0, 16));
  return await storing(parent, () => buildInto(from, placeOf, parent, context));
}

async function buildInto(
  from: string,
  placeOf: (snapshot: Snapshot) => string,
  parent: string,
  context: BuildContext,
): Promise<OpenedSnapshot> {
  const sources = sourcesIn(from, context.limits, context.ecosystems);
  mkdirSync(parent, { recursive: true });
  const workshop = mkdtempSync(join(parent, ".building-"));
  try {
    const ecosystems: SnapshotEcosystem[] = [];
    for (const source of sources) ecosystems.push(await buildEcosystem(source, workshop, context));
    const snapshot = manifestOf(ecosystems);
    writeFileSync(join(workshop, MANIFEST), manifestText(snapshot));
    for (const [name, text] of Object.entries(context.beside ?? {})) writeFileSync(join(workshop, name), text);
    chmodSync(workshop, 0o755);
    return await settle(workshop, placeOf(snapshot), snapshot);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

async function buildEcosystem(
  source: AdvisorySource,
  workshop: string,
  context: BuildContext,
): Promise<SnapshotEcosystem> {
  const tally = new Tally(source.origin);
  const spoolPath = join(workshop, "spool");
  const spool = new Spool(spoolPath);
  try {
    let seen = 0;
    for await (const { name, content } of source.entries()) {
      if (name.endsWith(".json")) addRecord(source, name, content, spool, tally);
      else tally.count.otherFiles += 1;
      seen += 1;
      if (seen % 1000 === 0) context.onRecords?.(source.ecosystem, seen);
    }
    const sum = tally.sum();
    if (sum.rejected.length > 0 && context.allowRejected !== true) throw rejection(source, sum.rejected);
    if (spool.size === 0)
      throw new GateError("ADVISORIES_INVALID", `${source.origin}: found no record that names a package`);
    const records = spool.size;
    for (const { id, bytes } of canaryRecords(source.ecosystem)) spool.add(id, bytes);
    const zip = writeDatabases(workshop, source.ecosystem, spool);
    return { name: source.ecosystem, records, canaries: spool.size - records, ...sum, ...zip };
  } finally {
    spool.close();
    rmSync(spoolPath);
  }
}

function addRecord(source: AdvisorySource, name: string, content: Buffer, spool: Spool, tally: Tally): void {
  const cleaned = cleanRecord(content, source.ecosystem, tally);
  if (cleaned.state === "rejected") tally.reject(cleaned.reason, name);
  else if (cleaned.state === "kept" && cleaned.id.startsWith(CANARY_PREFIX)) tally.count.merged += 1;
  else if (cleaned.state === "unmatchable") tally.count.unmatchable += 1;
  else {
    const added = spool.add(cleaned.id, cleaned.bytes);
    if (added === "other") {
      const found = `found ${cleaned.id} a second time with other content, expected each id once`;
      throw new GateError("ADVISORIES_INVALID", `${source.origin}#${name}: ${found}`, {
        next: "get the file again from its source",
      });
    }
    if (added === "same") tally.count.merged += 1;
    else if (cleaned.withdrawn) tally.count.withdrawn += 1;
    tally.date(cleaned.newest);
  }
}

function rejection(source: AdvisorySource, rejected: SnapshotEcosystem["rejected"]): GateError {
  const count = rejected.reduce((sum, one) => sum + one.count, 0);
  const first = rejected.slice(0, 3).map((one) => `${one.examples.join(", ")}: ${one.reason} (${one.count})`);
  return new GateError(
    "ADVISORIES_INVALID",
    `${source.origin}: found ${count} records that can't be read: ${first.join("; ")}`,
    {
      next: "mend or remove them, or build with --allow-rejected: then they match nothing, and the snapshot says so",
    },
  );
}

function writeDatabases(workshop: string, ecosystem: string, spool: Spool) {
  const [first, ...others] = DATABASE_FOLDERS.map((folder) => {
    mkdirSync(join(workshop, folder, ecosystem), { recursive: true });
    return join(workshop, folder, ecosystem, "all.zip");
  }) as [string, ...string[]];
  const zip = writeZip(first, spool.entries());
  for (const other of others) linkOrCopy(first, other);
  return zip;
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (cause) {
    // File systems without hard links (some container volumes and network shares) answer one of these.
    if (!["EPERM", "ENOTSUP", "ENOSYS", "EMLINK", "EOPNOTSUPP"].includes((cause as NodeJS.ErrnoException).code ?? ""))
      throw cause;
    copyFileSync(from, to);
  }
}

async function settle(workshop: string, place: string, snapshot: Snapshot): Promise<OpenedSnapshot> {
  if (moved(workshop, place)) return { dir: place, ...snapshot };
  const there = existsSync(join(place, MANIFEST)) ? await openSnapshot(place) : undefined;
  if (there?.snapshotId === snapshot.snapshotId) return there;
  const found = there === undefined ? "something that is no snapshot" : `snapshot ${there.snapshotId}`;
  throw new GateError("OUTPUT_INVALID", `${place}: found ${found}, expected no such folder`, {
    next: "give a new folder",
  });
}

/** False when something is there: also when another build was faster by a moment. */
function moved(from: string, to: string): boolean {
  if (existsSync(to)) return false;
  try {
    renameSync(from, to);
    return true;
  } catch (cause) {
    if (!["ENOTEMPTY", "EEXIST"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
    return false;
  }
}
