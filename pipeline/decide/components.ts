import type { Component, Components } from "../../schemas/component.ts";
import type { LockedPackage, Lockfile } from "../../schemas/lockfile.ts";
import { purlOf } from "../findings/purl.ts";
import type { SbomPackage, SbomReport } from "../kinds/sbom_generate/reader.ts";

/**
 * What the tree consists of: every package of every lockfile and everything that syft found, merged by purl.
 *
 * What only syft lists and is part of the tree itself (the project, a workspace member) is the subject, not a component of it.
 */
export function mergeComponents(lockfiles: readonly Lockfile[], syft: SbomReport | null): Components {
  const components = new Map<string, Component>();
  for (const { path, packages } of lockfiles) {
    for (const entry of packages) add(components, componentOfLocked(entry, path));
  }
  for (const entry of syft?.packages ?? []) {
    if (!entry.local || components.has(entry.purl)) add(components, componentOfSyft(entry));
  }
  const sorted = [...components.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
  const dependencies = (syft?.dependencies ?? []).flatMap(({ purl, dependsOn }) => {
    const known = dependsOn.filter((target) => components.has(target));
    return components.has(purl) && known.length > 0 ? [{ purl, dependsOn: known }] : [];
  });
  return { components: sorted, dependencies };
}

function componentOfLocked({ name, version, ecosystem, dev, license }: LockedPackage, path: string): Component {
  return {
    purl: purlOf(ecosystem, name, version),
    name,
    version: ecosystem === "Go" ? version.replace(/^(?=\d)/, "v") : version,
    ecosystem,
    scope: dev ? "development" : "runtime",
    declaredLicenses: license === undefined ? [] : [license],
    locations: [path],
    seenBy: ["lockfile"],
    cpes: [],
    hashes: [],
  };
}

/** syft does not say what is for development only: alone it counts as runtime, beside a lockfile's word as that. */
function componentOfSyft({ local, ...entry }: SbomPackage): Component {
  return { ...entry, scope: "runtime", seenBy: ["syft"] };
}

function add(components: Map<string, Component>, next: Component): void {
  const before = components.get(next.purl);
  components.set(next.purl, before === undefined ? next : merged(before, next));
}

/** Lockfiles come first, so that name and version stand as the lockfile writes them; of two lockfiles the smaller by code unit. */
function merged(before: Component, next: Component): Component {
  const bySyft = next.seenBy[0] === "syft";
  return {
    ...before,
    name: bySyft || before.name < next.name ? before.name : next.name,
    scope: bySyft || before.scope === next.scope ? before.scope : "runtime",
    declaredLicenses: union(before.declaredLicenses, next.declaredLicenses),
    locations: union(before.locations, next.locations),
    seenBy: union(before.seenBy, next.seenBy),
    cpes: union(before.cpes, next.cpes),
    hashes: [...new Map([...before.hashes, ...next.hashes].map((hash) => [`${hash.algorithm} ${hash.value}`, hash]))]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, hash]) => hash),
  };
}

function union<T extends string>(a: readonly T[], b: readonly T[]): T[] {
  return [...new Set([...a, ...b])].sort();
}
