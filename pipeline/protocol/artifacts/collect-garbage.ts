import { randomBytes } from "node:crypto";
import { lstatSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Artifact } from "../../../schemas/protocol/artifact.ts";
import { type PruneReason, PruneReport } from "../../../schemas/protocol/prune-report.ts";
import type { RetentionKind, RetentionPolicies } from "../../../schemas/protocol/retention-policy.ts";
import { digestOf } from "../../findings/digest.ts";
import { LAYER, PARTIAL, partialsIn, SIDECAR } from "./layer.ts";
import { byCodeUnit } from "./order.ts";
import type { ArtifactStore } from "./store.ts";
import { storing, syncPath } from "./storing.ts";

/** What is kept how long unless it is said otherwise (D-15, K-01): evidence and results never less than what refers to them. */
export const RETENTION: RetentionPolicies = [
  { kind: "Log", window_days: 30, min_versions: 3 },
  { kind: "Result", window_days: 90, min_versions: 3 },
  { kind: "Evidence", window_days: 90, min_versions: 3 },
  { kind: "Cache", window_days: 7, min_versions: 3 },
  { kind: "Checkpoint", window_days: 30, min_versions: 3 },
];

/** An artifact and when it was stored. */
export interface Aged {
  readonly artifact: Artifact;
  readonly storedAt: Date;
}

/**
 * What a collection would do, each artifact with its reason (D-14, HSK-GC-001..004). Pure: the same list, policy and time give the same report.
 *
 * What has a time to live of its own goes when that is over: it is kept for nobody's convenience. Of everything else the newest versions stay.
 */
export function planCollection(
  aged: readonly Aged[],
  policy: RetentionPolicies,
  now: Date,
  dryRun: boolean,
): PruneReport {
  const newest = newestVersions(aged, policy);
  const items = aged
    .map((each) => ({ ...about(each), ...fate(each, policyOf(each.artifact.retention_kind, policy), now, newest) }))
    .sort((a, b) => byCodeUnit(a.artifact_id, b.artifact_id));
  const count = (wanted: (item: (typeof items)[number]) => boolean) => items.filter(wanted).length;
  return PruneReport.parse({
    schema_version: "supply-gate/prune-report-1",
    timestamp: now.toISOString(),
    dry_run: dryRun,
    policy: [...policy],
    items_scanned: items.length,
    items_pruned: count(({ pruned }) => pruned),
    items_spared_pinned: count(({ reason }) => reason === "spared_pinned"),
    items_spared_window: count(({ pruned, reason }) => !pruned && reason !== "spared_pinned"),
    total_bytes_freed: items.reduce((sum, item) => sum + (item.pruned ? item.size_bytes : 0), 0),
    items,
  });
}

/** What is in a store, with the time when each was stored. @throws GateError as `ArtifactStore.list` */
export function agedIn(store: ArtifactStore): Aged[] {
  return store.list().map((artifact) => {
    const sidecar = join(store.folder, LAYER, artifact.artifact_id, SIDECAR);
    return { artifact, storedAt: storing(sidecar, () => lstatSync(sidecar).mtime) };
  });
}

/**
 * Carries a report out: it is stored as an artifact before anything goes (HSK-GC-005), and so is one of a dry run, which is all that happens then.
 * What goes loses its name first: nobody meets half of it. What dead writers left goes too.
 * @returns the artifact of the report, as `artifact://sha256/…`
 * @throws GateError STORAGE_FAILED; what was named in the report may be there still, and goes the next time. USAGE_INVALID for a store opened with fsync `batch`.
 */
export function carryOut(store: ArtifactStore, report: PruneReport): string {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  const { uri, artifact_id: reported } = store.put(
    { bytes: text },
    {
      kind: "report",
      mime: "application/json",
      filenameHint: "prune-report.json",
      createdAt: report.timestamp,
      classification: "low",
      retentionKind: "Log",
    },
  );
  // A store that writes in batches has not given it a name yet.
  store.get(reported);
  if (report.dry_run) return uri;
  const layer = join(store.folder, LAYER);
  storing(layer, () => {
    const gone = report.items.flatMap(({ artifact_id: id, pruned }) => {
      if (!pruned) return [];
      const name = `${PARTIAL}${randomBytes(8).toString("hex")}`;
      renameSync(join(layer, id), join(layer, name));
      return [name];
    });
    syncPath(layer);
    const dead = partialsIn(store.folder).filter((name) => isDead(join(layer, name), report.timestamp));
    for (const name of [...gone, ...dead]) rmSync(join(layer, name), { recursive: true, force: true });
  });
  return uri;
}

const DAY = 86_400_000;

/** No writer takes a day. */
function isDead(path: string, now: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.parse(now) - found.mtimeMs > DAY;
}

function about({ artifact }: Aged) {
  const { artifact_id, content_hash, kind, retention_kind, size_bytes } = artifact;
  return { artifact_id, content_hash, kind, retention_kind, size_bytes };
}

type Fate = { readonly pruned: boolean; readonly reason: PruneReason };

function fate(
  { artifact, storedAt }: Aged,
  { window_days: days }: RetentionPolicies[number],
  now: Date,
  newest: ReadonlySet<string>,
): Fate {
  const age = (now.getTime() - storedAt.getTime()) / DAY;
  const ttl = artifact.retention_ttl_days;
  if (artifact.pinned === true) return { pruned: false, reason: "spared_pinned" };
  if (ttl !== undefined && age > ttl) return { pruned: true, reason: "expired" };
  if (age <= days) return { pruned: false, reason: "spared_window" };
  if (newest.has(artifact.artifact_id)) return { pruned: false, reason: "spared_versions" };
  return { pruned: true, reason: "outside_window" };
}

function policyOf(kind: RetentionKind, policies: RetentionPolicies): RetentionPolicies[number] {
  const policy = [...policies, ...RETENTION].find((each) => each.kind === kind);
  if (policy === undefined) throw new Error(`${kind}: no retention policy`);
  return policy;
}

/** Ids of the newest of each thing: the same kind of content of the same operation under the same name. */
function newestVersions(aged: readonly Aged[], policies: RetentionPolicies): Set<string> {
  const things = new Map<string, Aged[]>();
  for (const each of aged) {
    const { kind, retention_kind, filename_hint, engine } = each.artifact;
    const thing = digestOf([kind, retention_kind, filename_hint ?? null, engine?.operation ?? null]);
    const versions = things.get(thing) ?? [];
    things.set(thing, versions);
    versions.push(each);
  }
  const kept = [...things.values()].flatMap((versions) =>
    versions
      .sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime() || byCodeUnit(idOf(a), idOf(b)))
      .slice(0, policyOf((versions[0] as Aged).artifact.retention_kind, policies).min_versions),
  );
  return new Set(kept.map(idOf));
}

function idOf({ artifact }: Aged): string {
  return artifact.artifact_id;
}
