import type { Component, Components } from "../../schemas/component.ts";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import type { LockedPackage, Lockfile } from "../../schemas/lockfile.ts";
import type { Clarification } from "../../schemas/policy.ts";
import { type ConcludedLicense, concludedLicense } from "../findings/concluded-license.ts";
import { purlOf } from "../findings/purl.ts";
import { detectedIn } from "../kinds/license_scan/clarify-archives.ts";
import type { SbomPackage, SbomReport } from "../kinds/sbom_generate/reader.ts";

/**
 * What the tree consists of: every package of every lockfile and everything that syft found, merged by purl.
 *
 * What only syft lists and is part of the tree itself (the project, a workspace member) is the subject, not a component of it.
 */
export function mergeComponents(
  lockfiles: readonly Lockfile[],
  syft: SbomReport | null,
  facts: readonly LicenseFact[] = [],
  clarify: readonly Clarification[] = [],
): Components {
  const components = new Map<string, Component>();
  for (const { path, packages } of lockfiles) {
    for (const entry of packages) add(components, componentOfLocked(entry, path));
  }
  for (const entry of syft?.packages ?? []) {
    if (!entry.local || components.has(entry.purl)) add(components, componentOfSyft(entry));
  }
  const byPurl = factsByPurl(facts);
  const sorted = [...components.values()]
    .sort((a, b) => (a.purl < b.purl ? -1 : 1))
    .map((component) => withFacts(component, byPurl.get(component.purl) ?? [], clarify));
  const dependencies = (syft?.dependencies ?? []).flatMap(({ purl, dependsOn }) => {
    const known = dependsOn.filter((target) => components.has(target));
    return components.has(purl) && known.length > 0 ? [{ purl, dependsOn: known }] : [];
  });
  return { components: sorted, dependencies };
}

function factsByPurl(facts: readonly LicenseFact[]): ReadonlyMap<string, LicenseFact[]> {
  const byPurl = new Map<string, LicenseFact[]>();
  for (const fact of facts) byPurl.set(fact.purl, [...(byPurl.get(fact.purl) ?? []), fact]);
  return byPurl;
}

/** Where lockfiles name several archives of one version, what any of them says counts. */
function withFacts(component: Component, facts: readonly LicenseFact[], clarify: readonly Clarification[]): Component {
  if (facts.length === 0) return component;
  const each = facts.map((fact) =>
    concludedLicense(component.declaredLicenses, fact.declared, detectedIn(fact, clarify)),
  );
  const all = (part: keyof ConcludedLicense) =>
    union(
      [],
      each.flatMap((license) => license[part]),
    );
  const files = facts.flatMap((fact) => fact.files.map(({ path, sha256 }) => ({ path, sha256 })));
  return {
    ...component,
    licenses: {
      ...{ declared: all("declared"), detected: all("detected"), undeclared: all("undeclared") },
      ...{ concluded: all("concluded"), files },
    },
  };
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
