import type { Ecosystem } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import type { Opinions } from "../../schemas/opinion.ts";
import { purlOf } from "../findings/purl.ts";
import { lookedUp } from "./looked-up.ts";

/** The tree that is judged. */
export interface JudgedTree {
  readonly inventory: Inventory;
  readonly lockfiles: readonly Lockfile[];
}

/** An opinion with the purls on which it was asked. */
export interface Fitting extends Opinions {
  readonly covered: ReadonlySet<string>;
}

/**
 * Opinions about this very tree, sorted by source and lockfile.
 * @throws GateError USAGE_INVALID for one about another content, about a lockfile that is not there, about packages that it does not lock,
 *   or that is given twice
 */
export function fitting(opinions: readonly Opinions[], tree: JudgedTree): Fitting[] {
  const keyed = new Map(opinions.map((opinion) => [`${opinion.source} on ${opinion.lockfile}`, opinion]));
  if (keyed.size < opinions.length) {
    const twice = opinions.find((one) => keyed.get(`${one.source} on ${one.lockfile}`) !== one);
    throw refused(`${twice?.source} on ${twice?.lockfile}`, "two opinions", "one");
  }
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([where, opinion]) => fit(where, opinion, tree));
}

/** Purls of a lockfile's packages of one ecosystem's registry. */
export function purlsOf(lockfile: Lockfile, ecosystem: Ecosystem): string[] {
  const packages = lookedUp(lockfile).filter((entry) => entry.ecosystem === ecosystem);
  return packages.map(({ name, version }) => purlOf(ecosystem, name, version));
}

function fit(where: string, opinion: Opinions, { inventory, lockfiles }: JudgedTree): Fitting {
  const { lockfile: path, lockfileSha256, ecosystem, items } = opinion;
  const file = inventory.files.find((entry) => entry.path === path);
  if (file === undefined) throw refused(where, "no such file in the tree", path);
  if (file.sha256 !== lockfileSha256) {
    throw refused(where, `an opinion about sha256:${lockfileSha256}`, `sha256:${file.sha256}, as the tree has it`);
  }
  const lockfile = lockfiles.find((entry) => entry.path === path);
  if (lockfile === undefined) throw refused(where, "a file that is not read as a lockfile", "one that is");
  const covered = new Set(purlsOf(lockfile, ecosystem));
  const strange = items.find(({ purl }) => !covered.has(purl));
  if (strange !== undefined) throw refused(where, `${strange.id} about ${strange.purl}`, "packages of that lockfile");
  return { ...opinion, covered };
}

function refused(where: string, found: string, expected: string): GateError {
  return new GateError("USAGE_INVALID", `--opinions: ${where}: found ${found}, expected ${expected}`, {
    next: "ask again about the tree as it is: supply-gate opinions --help",
  });
}
