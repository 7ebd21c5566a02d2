import type { Inventory } from "../../schemas/inventory.ts";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import { findFact } from "./store.ts";
import { wantedArchives } from "./wanted.ts";

/**
 * The facts of a store about all that the lockfiles of a tree name, sorted by purl. Where lockfiles name several archives of one version, and
 * one of them has no fact, or one gets it from elsewhere than the registry, there is none about that version: what another archive says is no
 * answer for it.
 * @throws GateError SOURCE_CHANGED, DOCUMENT_INVALID for a fact that is not as it was written
 */
export function factsOfTree(folder: string, root: string, inventory: Inventory): LicenseFact[] {
  const byPurl = new Map<string, (LicenseFact | undefined)[]>();
  const { wanted: all, missing } = wantedArchives(root, inventory);
  const elsewhere = new Set(missing.map(({ purl }) => purl));
  for (const wanted of all.filter(({ purl }) => !elsewhere.has(purl))) {
    byPurl.set(wanted.purl, [...(byPurl.get(wanted.purl) ?? []), findFact(folder, wanted)]);
  }
  return [...byPurl.values()].flatMap((facts) => {
    const known = facts.filter((fact) => fact !== undefined);
    return known.length === facts.length ? distinct(known) : [];
  });
}

/** Two archives that are wanted may be one: a lockfile states some of its hashes, another one others. */
function distinct(facts: readonly LicenseFact[]): LicenseFact[] {
  return [...new Map(facts.map((fact) => [fact.digest, fact])).values()];
}
