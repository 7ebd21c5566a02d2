import type { JudgedFinding } from "../../schemas/finding.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import type { OsvRecord } from "../../schemas/osv-record.ts";
import { purlOf } from "../findings/purl.ts";
import { affectedOf, type NamedPackage } from "./affects.ts";
import { type Fix, smallestFix } from "./smallest-fix.ts";

/** One package version that blocks, where it is locked, and what would mend it. Sorted by purl. */
export interface PlannedFix extends NamedPackage {
  readonly purl: string;
  readonly version: string;
  readonly lockfiles: readonly string[];
  /** What blocks, by its ids. */
  readonly advisories: readonly string[];
  readonly fix: Fix;
}

/**
 * The smallest set of bumps by which no vulnerability blocks any more: one version for each package version that blocks, whatever number of
 * advisories it clears. `recordsOf` gives every record of the snapshot that names a package.
 */
export function planFixes(
  findings: readonly JudgedFinding[],
  lockfiles: readonly Lockfile[],
  recordsOf: (subject: NamedPackage) => readonly OsvRecord[],
): PlannedFix[] {
  const blocking = findings.filter(
    ({ effect, class: name }) => effect === "block" && (name === "vulnerability" || name === "malware"),
  );
  const packages = new Map(
    lockfiles.flatMap(({ packages: locked }) =>
      locked.map(
        ({ ecosystem, name, version }) => [purlOf(ecosystem, name, version), { ecosystem, name, version }] as const,
      ),
    ),
  );
  const byPurl = grouped(blocking);
  return [...byPurl].flatMap(([purl, own]) => {
    const subject = packages.get(purl);
    if (subject === undefined) return [];
    const ids = [...new Set(own.flatMap(({ ruleId, aliases = [] }) => [ruleId, ...aliases]))];
    const records = recordsOf(subject).filter(({ affected = [] }) => affectedOf(affected, subject).length > 0);
    const places = [...new Set(own.flatMap(({ locations }) => locations.map(({ path }) => path)))].sort();
    const advisories = own.map(({ ruleId }) => ruleId).sort();
    return [
      { ...subject, purl, lockfiles: places, advisories, fix: smallestFix({ ...subject, blocking: ids, records }) },
    ];
  });
}

function grouped(findings: readonly JudgedFinding[]): [string, JudgedFinding[]][] {
  const groups = new Map<string, JudgedFinding[]>();
  for (const finding of findings) {
    if (finding.purl === undefined) continue;
    groups.set(finding.purl, [...(groups.get(finding.purl) ?? []), finding]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
