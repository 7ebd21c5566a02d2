import { z } from "zod";
import { Component } from "../../../schemas/component.ts";
import { readJson } from "../../../schemas/read.ts";
import { type Artifact, SyftDocument } from "../../../schemas/syft.ts";
import { canonicalPurl, genericPurl, type NamedPackage, withoutVersion } from "../../findings/canonical-purl.ts";
import type { PackageVersion } from "../../findings/package-key.ts";
import type { RawOutput } from "../kind.ts";
import { CANARY, CANARY_PLACE } from "./canary.ts";
import { chanceLockfiles, hashesOf } from "./hashes.ts";
import { isLocal, isOfNoRegistry, statedPackage } from "./local.ts";
import { checkPlaces } from "./places.ts";
import { unreadOf } from "./unread.ts";

const SbomPackage = Component.omit({ scope: true, seenBy: true }).extend({
  /** Every place that names it says that it lies in the tree itself, or says nothing of its origin. */
  local: z.boolean(),
});
export type SbomPackage = z.infer<typeof SbomPackage>;

/** `evidence/sbom_generate.json`: what syft found, merged by purl, and what it could not read. All lists sorted, without duplicates. */
export const SbomReport = z.strictObject({
  /** Packages of our own folder beside the tree that were found. */
  canaries: z.array(z.string()),
  packages: z.array(SbomPackage),
  dependencies: z.array(z.strictObject({ purl: z.string(), dependsOn: z.array(z.string()) })),
  unread: z.array(z.strictObject({ path: z.string(), cataloger: z.string(), reason: z.string() })),
});
export type SbomReport = z.infer<typeof SbomReport>;

/**
 * syft's report to its normal form. Its ids, its order and, for one lockfile format, the record it keeps are by chance; none of it stays.
 * @throws GateError DOCUMENT_INVALID
 */
export function collectSbom(raw: RawOutput): SbomReport {
  const document = readJson(SyftDocument, raw.read("syft.json"), "syft report");
  checkPlaces(document);
  const chance = chanceLockfiles(document.artifacts);
  const packages = new Map<string, SbomPackage>();
  const purlOfId = new Map<string, string>();
  for (const artifact of document.artifacts) {
    const found = packageOf(artifact, chance);
    if (found === undefined) continue;
    purlOfId.set(artifact.id, found.purl);
    packages.set(found.purl, merged(packages.get(found.purl), found));
  }
  return {
    canaries: foundCanaries(document.artifacts),
    packages: [...packages.values()].sort(by(({ purl }) => purl)),
    dependencies: edgesOf(document.artifactRelationships, purlOfId),
    unread: distinctBy(
      document.files.flatMap(({ location, unknowns }) =>
        inTree(location.path).flatMap((path) => (unknowns ?? []).map((unknown) => unreadOf(path, unknown))),
      ),
      ({ path, cataloger, reason }) => JSON.stringify([path, cataloger, reason]),
    ),
  };
}

function foundCanaries(artifacts: readonly Artifact[]): string[] {
  const found = artifacts.some(
    ({ name, version, locations }) =>
      name === CANARY.name && version === CANARY.version && locations.some(({ path }) => path === CANARY_PLACE),
  );
  return found ? [CANARY.name] : [];
}

/** Undefined for what lies outside of the tree: the canary. */
function packageOf(artifact: Artifact, chance: ReadonlySet<string>): SbomPackage | undefined {
  const locations = artifact.locations.flatMap(({ path }) => inTree(path));
  if (locations.length === 0) return undefined;
  const byChance = artifact.locations.some(({ path }) => chance.has(path));
  const stated = statedPackage(artifact);
  return {
    ...namedPackage(artifact, stated),
    ...stated,
    declaredLicenses: distinct(artifact.licenses.filter(({ type }) => type === "declared").map(({ value }) => value)),
    locations: distinct(locations),
    // The others are combined from the name by rule: guesses, and several for each package.
    cpes: distinct(artifact.cpes.filter(({ source }) => source !== "syft-generated").map(({ cpe }) => cpe)),
    hashes: byChance ? [] : distinctHashes(hashesOf(artifact)),
    local: isLocal(artifact, byChance),
  };
}

function namedPackage(artifact: Artifact, { name, version }: PackageVersion): NamedPackage {
  const named = isOfNoRegistry(artifact) ? undefined : canonicalPurl(artifact.purl);
  if (named === undefined) return { purl: genericPurl(name, version), ecosystem: "generic" };
  return version === "" ? { ...named, purl: withoutVersion(named.purl) } : named;
}

function merged(before: SbomPackage | undefined, next: SbomPackage): SbomPackage {
  if (before === undefined) return next;
  return {
    ...before,
    name: smaller(before.name, next.name),
    version: smaller(before.version, next.version),
    declaredLicenses: distinct([...before.declaredLicenses, ...next.declaredLicenses]),
    locations: distinct([...before.locations, ...next.locations]),
    cpes: distinct([...before.cpes, ...next.cpes]),
    hashes: distinctHashes([...before.hashes, ...next.hashes]),
    local: before.local && next.local,
  };
}

/** syft's word is the other way round: the child needs the parent. */
function edgesOf(
  relationships: readonly { parent: string; child: string; type: string }[],
  purlOfId: ReadonlyMap<string, string>,
): SbomReport["dependencies"] {
  const edges = new Map<string, string[]>();
  for (const { parent, child, type } of relationships) {
    const from = purlOfId.get(child);
    const to = purlOfId.get(parent);
    if (type !== "dependency-of" || from === undefined || to === undefined || from === to) continue;
    const targets = edges.get(from);
    if (targets === undefined) edges.set(from, [to]);
    else targets.push(to);
  }
  return [...edges].map(([purl, dependsOn]) => ({ purl, dependsOn: distinct(dependsOn) })).sort(by(({ purl }) => purl));
}

/** The source's own path of a file below `{scan}/tree`; none for any other. */
function inTree(path: string): string[] {
  return path.startsWith("/tree/") ? [path.slice("/tree/".length)] : [];
}

function smaller(a: string, b: string): string {
  return a < b ? a : b;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function distinctHashes(hashes: readonly SbomPackage["hashes"][number][]): SbomPackage["hashes"] {
  return distinctBy(hashes, ({ algorithm, value }) => `${algorithm} ${value}`);
}

function distinctBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()].sort(by(key));
}

/** For lists without duplicates. */
function by<T>(key: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : 1);
}
