import { join } from "node:path";
import { GateError } from "../../schemas/error.ts";
import { OsvRecord } from "../../schemas/osv-record.ts";
import { readJson } from "../../schemas/read.ts";
import type { SnapshotEcosystem } from "../../schemas/snapshot.ts";
import { CANARY_PREFIX } from "../findings/advisory-canary.ts";
import { DATABASE_FOLDERS } from "./manifest.ts";
import { packageNameOf } from "./record.ts";
import { type OpenedSnapshot, openSnapshot } from "./snapshot.ts";
import { readZip } from "./zip-reader.ts";

/** What one ecosystem's records say. `withoutSeverity`: no vector, no word; the verdict calls those unknown. */
export interface InspectedEcosystem {
  readonly name: string;
  readonly records: number;
  readonly withdrawn: number;
  readonly malware: number;
  readonly withoutSeverity: number;
  readonly newestModified: string;
}

export interface InspectedSnapshot {
  readonly snapshotId: string;
  readonly newestModified: string;
  readonly ecosystems: readonly InspectedEcosystem[];
  /** By id, withdrawn ones included; each with the entries for that package only. There when a package was asked for. */
  readonly advisories?: readonly OsvRecord[];
}

/**
 * Reads every record of a snapshot and counts; with a package (`npm:lodash`) also finds the advisories that name it.
 *
 * @throws GateError ADVISORIES_INVALID when the snapshot is damaged, USAGE_INVALID when it holds no such ecosystem: then nothing
 * is known of the package, not even that there is nothing
 */
export async function inspectSnapshot(dir: string, packageName?: string): Promise<InspectedSnapshot> {
  const snapshot = await openSnapshot(dir);
  const { snapshotId, newestModified } = snapshot;
  const wanted = packageName === undefined ? undefined : wantedIn(snapshot, packageName);
  const ecosystems: InspectedEcosystem[] = [];
  const advisories: OsvRecord[] = [];
  for (const held of snapshot.ecosystems) {
    ecosystems.push(
      await inspectEcosystem(snapshot, held, (record) => advisories.push(...entriesFor(record, held.name, wanted))),
    );
  }
  return { snapshotId, newestModified, ecosystems, ...(wanted === undefined ? {} : { advisories }) };
}

interface Wanted {
  readonly ecosystem: string;
  readonly name: string;
}

function wantedIn(snapshot: OpenedSnapshot, packageName: string): Wanted {
  const colon = packageName.indexOf(":");
  const ecosystem = packageName.slice(0, Math.max(colon, 0));
  const held = snapshot.ecosystems.map(({ name }) => name);
  if (held.includes(ecosystem) && colon < packageName.length - 1) {
    return { ecosystem, name: packageNameOf(packageName.slice(colon + 1), ecosystem) };
  }
  throw new GateError(
    "USAGE_INVALID",
    `found the package "${packageName}", expected <ecosystem>:<name> of ${held.join(", ")}`,
    {
      next: "give a package as npm:lodash, or a snapshot that holds its ecosystem",
    },
  );
}

async function inspectEcosystem(
  snapshot: OpenedSnapshot,
  { name, records, withdrawn, newestModified }: SnapshotEcosystem,
  onRecord: (record: OsvRecord) => void,
): Promise<InspectedEcosystem> {
  const path = join(snapshot.dir, DATABASE_FOLDERS[0], name, "all.zip");
  let malware = 0;
  let withoutSeverity = 0;
  for await (const entry of readZip(path)) {
    if (entry.name.startsWith(CANARY_PREFIX)) continue;
    const record = readJson(OsvRecord, entry.content.toString("utf8"), `${path}#${entry.name}`, "ADVISORIES_INVALID");
    if (record.id.startsWith("MAL-")) malware += 1;
    if (!statesSeverity(record)) withoutSeverity += 1;
    onRecord(record);
  }
  return { name, records, withdrawn, malware, withoutSeverity, newestModified };
}

function entriesFor(record: OsvRecord, ecosystem: string, wanted: Wanted | undefined): OsvRecord[] {
  if (ecosystem !== wanted?.ecosystem) return [];
  const affected = (record.affected ?? []).filter((entry) => entry.package?.name === wanted.name);
  return affected.length === 0 ? [] : [{ ...record, affected }];
}

function statesSeverity(record: OsvRecord): boolean {
  const vectors = [record.severity, ...(record.affected ?? []).map((entry) => entry.severity)];
  return vectors.some((list) => (list ?? []).length > 0) || typeof record.database_specific?.["severity"] === "string";
}
