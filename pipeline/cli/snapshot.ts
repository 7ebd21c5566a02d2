import { resolve } from "node:path";
import type { Plan } from "../../schemas/plan.ts";
import { newestSnapshot, openSnapshot } from "../advisories/snapshot.ts";
import type { World } from "./world.ts";

export interface FoundSnapshot {
  readonly dir: string;
  readonly summary: NonNullable<Plan["advisories"]>;
}

/**
 * The advisory snapshot of this run: the one that is named, else the newest in the cache, else none.
 * @throws GateError ADVISORIES_INVALID when the named one is no snapshot, or its bytes are not what it says
 */
export async function findSnapshot(dir: string | undefined, world: World): Promise<FoundSnapshot | null> {
  const snapshot =
    dir === undefined ? await newestSnapshot(world.cacheRoot) : await openSnapshot(resolve(world.cwd, dir));
  if (snapshot === null) return null;
  const { snapshotId, newestModified, ecosystems } = snapshot;
  const records = Object.fromEntries(ecosystems.map((entry) => [entry.name, entry.records]));
  return { dir: snapshot.dir, summary: { snapshotId, newestModified, ecosystems: records } };
}
