import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { GateError } from "../../schemas/error.ts";
import type { Plan } from "../../schemas/plan.ts";
import { PUBLISHED_ECOSYSTEMS } from "../advisories/pull.ts";
import { newestSnapshot, type OpenedSnapshot, openSnapshot } from "../advisories/snapshot.ts";
import { readLock } from "./advisories-lock.ts";
import type { World } from "./world.ts";

export interface FoundSnapshot {
  readonly dir: string;
  readonly summary: NonNullable<Plan["advisories"]>;
}

/**
 * The advisory snapshot of this run: the one that is named, else the one that a lock file pins, else the newest in the cache that holds every
 * ecosystem we read, else the newest, else none.
 * @param lock path of an advisories.lock.json; a snapshot that is named beside it has to be the one that it pins
 * @throws GateError ADVISORIES_INVALID when the named one is no snapshot, its bytes are not what it says, or the pinned one is not here
 */
export async function findSnapshot(
  dir: string | undefined,
  world: World,
  lock?: string | undefined,
): Promise<FoundSnapshot | null> {
  const opened = dir === undefined ? null : await openSnapshot(resolve(world.cwd, dir));
  if (lock !== undefined) return foundOf(await pinnedBy(lock, opened, world));
  const snapshot = opened ?? (dir === undefined ? await newestIn(world.cacheRoot) : null);
  return snapshot === null ? null : foundOf(snapshot);
}

/**
 * A newer snapshot than the pinned one: the one in the folder that is named, or with `auto` the newest of the cache.
 * @returns null when there is none, or it is the pinned one
 * @throws GateError ADVISORIES_INVALID as `findSnapshot`, and for a named one that is older
 */
export async function findNewest(
  named: string | undefined,
  pinned: FoundSnapshot | null,
  world: World,
): Promise<FoundSnapshot | null> {
  if (named === undefined || pinned === null) return null;
  const isAuto = named === "auto";
  const snapshot = isAuto ? await newestIn(world.cacheRoot) : await openSnapshot(resolve(world.cwd, named));
  if (snapshot === null || snapshot.snapshotId === pinned.summary.snapshotId) return null;
  if (snapshot.newestModified >= pinned.summary.newestModified) return foundOf(snapshot);
  if (isAuto) return null;
  const [found, expected] = [snapshot.newestModified, pinned.summary.newestModified];
  throw new GateError(
    "ADVISORIES_INVALID",
    `--newest: found advisories up to ${found}, expected later than ${expected}`,
    {
      next: "name a newer snapshot, or --newest auto for the newest of the cache",
    },
  );
}

/** @throws GateError ADVISORIES_INVALID when it is not `opened`, or without that not in the cache */
async function pinnedBy(path: string, opened: OpenedSnapshot | null, world: World): Promise<OpenedSnapshot> {
  const lock = readLock(path, world);
  const short = lock.snapshotId.slice(0, 16);
  if (opened !== null) {
    if (opened.snapshotId === lock.snapshotId) return opened;
    throw new GateError(
      "ADVISORIES_INVALID",
      `--advisories: found the snapshot ${opened.snapshotId.slice(0, 16)}, expected ${short}, which ${path} pins`,
      { next: "leave out one of them, or write the lock anew: supply-gate advisories bump --write" },
    );
  }
  const place = join(world.cacheRoot, "advisories", short);
  if (existsSync(place)) {
    const snapshot = await openSnapshot(place);
    if (snapshot.snapshotId === lock.snapshotId) return snapshot;
  }
  throw new GateError("ADVISORIES_INVALID", `${path}: pins the snapshot ${short}, which is not in the cache`, {
    next: "bring it (--advisories, or the cache of the machine that wrote the lock), or supply-gate advisories bump",
  });
}

/** A snapshot as a plan names it. */
export function foundOf({ dir, snapshotId, newestModified, ecosystems }: OpenedSnapshot): FoundSnapshot {
  const records = Object.fromEntries(ecosystems.map((entry) => [entry.name, entry.records]));
  return { dir, summary: { snapshotId, newestModified, ecosystems: records } };
}

/** A pull of one ecosystem must not hide an older one of all that we read. */
async function newestIn(cacheRoot: string): Promise<OpenedSnapshot | null> {
  return (await newestSnapshot(cacheRoot, PUBLISHED_ECOSYSTEMS)) ?? (await newestSnapshot(cacheRoot));
}
