import { Buffer } from "node:buffer";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DATABASE_FOLDERS, MANIFEST, manifestOf, manifestText } from "../../pipeline/advisories/manifest.ts";
import { cleanRecord } from "../../pipeline/advisories/record.ts";
import { Tally } from "../../pipeline/advisories/tally.ts";
import { writeZip } from "../../pipeline/advisories/zip-writer.ts";
import { canaryRecords } from "../../pipeline/findings/advisory-canary.ts";
import type { Plan } from "../../schemas/plan.ts";
import type { SnapshotEcosystem } from "../../schemas/snapshot.ts";
import { makeTree } from "./tree.ts";

/** A snapshot of made-up records by ecosystem, as `buildSnapshot` makes one, and as a plan names it. */
export function makeSnapshot(records: Readonly<Record<string, readonly unknown[]>>): {
  readonly dir: string;
  readonly summary: NonNullable<Plan["advisories"]>;
} {
  const dir = makeTree({});
  const names = Object.keys(records).sort();
  const snapshot = manifestOf(names.map((name) => writeDatabase(dir, name, records[name] ?? [])));
  writeFileSync(join(dir, MANIFEST), manifestText(snapshot));
  const { snapshotId, newestModified, ecosystems } = snapshot;
  const counts = Object.fromEntries(ecosystems.map((entry) => [entry.name, entry.records]));
  return { dir, summary: { snapshotId, newestModified, ecosystems: counts } };
}

function writeDatabase(dir: string, name: string, records: readonly unknown[]): SnapshotEcosystem {
  const tally = new Tally(name);
  const kept = records.map((record) => {
    const cleaned = cleanRecord(Buffer.from(JSON.stringify(record)), name, tally);
    if (cleaned.state !== "kept") throw new Error(`${name}: a record is ${cleaned.state}`);
    tally.date(cleaned.newest);
    return cleaned;
  });
  const all = [...kept, ...canaryRecords(name)].sort((a, b) => (a.id < b.id ? -1 : 1));
  const entries = all.map(({ id, bytes }) => ({ name: `${id}.json`, content: bytes }));
  const zips = DATABASE_FOLDERS.map((folder) => {
    mkdirSync(join(dir, folder, name), { recursive: true });
    return writeZip(join(dir, folder, name, "all.zip"), entries);
  });
  return { name, records: kept.length, canaries: 2, ...tally.sum(), ...(zips[0] as (typeof zips)[number]) };
}
