import { resolve } from "node:path";
import type { Plan } from "../../schemas/plan.ts";
import { PUBLISHED_ECOSYSTEMS } from "../advisories/pull.ts";
import { newestSnapshot, type OpenedSnapshot, openSnapshot } from "../advisories/snapshot.ts";
import type { World } from "./world.ts";

export interface FoundSnapshot {
  readonly dir: string;
  readonly summary: NonNullable<Plan["advisories"]>;
}

/**
 * The advisory snapshot of this run: the one that is named, else the newest in the cache that holds every ecosystem we read, else the newest, else none.
 * @throws GateError ADVISORIES_INVALID when the named one is no snapshot, or its bytes are not what it says
 */
export async function findSnapshot(dir: string | undefined, world: World): Promise<FoundSnapshot | null> {
  const snapshot = dir === undefined ? await newestIn(world.cacheRoot) : await openSnapshot(resolve(world.cwd, dir));
  if (snapshot === null) return null;
  const { snapshotId, newestModified, ecosystems } = snapshot;
  const records = Object.fromEntries(ecosystems.map((entry) => [entry.name, entry.records]));
  return { dir: snapshot.dir, summary: { snapshotId, newestModified, ecosystems: records } };
}

/** A pull of one ecosystem must not hide an older one of all that we read. */
async function newestIn(cacheRoot: string): Promise<OpenedSnapshot | null> {
  return (await newestSnapshot(cacheRoot, PUBLISHED_ECOSYSTEMS)) ?? (await newestSnapshot(cacheRoot));
}
