import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { GateError } from "../../schemas/error.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import { storing } from "../advisories/storing.ts";
import { factsOfTree } from "../licenses/facts-of-tree.ts";
import type { World } from "./world.ts";

/** Facts about the archives that the lockfiles of a tree name, as far as they are at hand. */
export type FactsAtHand = (root: string, inventory: Inventory) => Promise<LicenseFact[]>;

/** Where facts are kept unless a folder is named. */
export function factFolder(named: string | undefined, world: World): string {
  return named === undefined ? join(world.cacheRoot, "licenses") : resolve(world.cwd, named);
}

/**
 * Reads facts from the folder that is named, else from the cache's, where there is one: what `supply-gate licenses fetch` left.
 * @throws GateError USAGE_INVALID when the named folder is not there, STORAGE_FAILED; and while reading DOCUMENT_INVALID for a fact that is
 * not as it was written
 */
export function factsAtHand(named: string | undefined, world: World): FactsAtHand {
  const folder = factFolder(named, world);
  if (existsSync(folder)) return (root, inventory) => storing(folder, async () => factsOfTree(folder, root, inventory));
  if (named === undefined) return async () => [];
  throw new GateError("USAGE_INVALID", `--licenses: found no folder ${named}, expected one with licence facts`, {
    next: `fetch them: supply-gate licenses fetch --facts ${named}`,
  });
}
