import type { Problem } from "../../../schemas/evidence.ts";
import type { CoveragePart, Finding, Gap } from "../../../schemas/finding.ts";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import type { OsvVulnerability } from "../../../schemas/osv-scanner.ts";
import { unitOf } from "../../findings/ecosystem-unit.ts";
import { findingId } from "../../findings/finding-id.ts";
import { gapOf } from "../../findings/gap.ts";
import { notReadGaps } from "../../findings/not-read.ts";
import { caselessName, packageKey, sameForm } from "../../findings/package-key.ts";
import { purlOf } from "../../findings/purl.ts";
import { isMalware, rate } from "../../findings/severity.ts";
import { unlockedGaps } from "../../findings/unlocked.ts";
import { visible } from "../../findings/visible.ts";
import { unreadLockfiles } from "../../tree/unread-lockfiles.ts";
import type { JudgeInput, Judgement } from "../kind.ts";
import { aliasGroups, allIds, canonicalId } from "./alias-groups.ts";
import { expectedCanaries, listedCanaries, OWN_LIST } from "./package-lists.ts";
import type { VulnReport } from "./reader.ts";

/** One finding for each vulnerability of each package version, wherever it is locked; coverage by the sets of name and version. */
export function judgeVulnerabilities({ report, inventory, lockfiles, step }: JudgeInput<VulnReport>): Judgement {
  // What we listed ourselves must come back: the scanner's own reading of a lockfile may be another.
  const matched = new Set(packagesAt(report, OWN_LIST).map(keyOf));
  const unread = unreadLockfiles(inventory).map((path) =>
    gapOf({
      code: "lockfile-not-read",
      path,
      subject: path.slice(path.lastIndexOf("/") + 1),
      detail: "no reader for this format: what it locks was not looked up",
    }),
  );
  const gaps = [
    ...lockfiles.flatMap((lockfile) => gapsOf(lockfile, matched)),
    ...lockfiles.flatMap((lockfile) => notReadGaps(lockfile, packagesAt(report, lockfile.path), "osv-scanner")),
    ...unread,
    ...unlockedGaps(inventory),
  ];
  return {
    findings: findingsOf(report, lockfiles),
    coverage: { kind: "vuln_scan", parts: partsOf(lockfiles, matched), gaps },
    problems: [...databaseProblems(report, lockfiles, listedCanaries(step)), ...advisoryProblems(report)],
    canaries: { expected: expectedCanaries(step), found: report.canaries },
  };
}

type Package = VulnReport["sources"][number]["packages"][number];

function findingsOf(report: VulnReport, lockfiles: readonly Lockfile[]): Finding[] {
  const records = new Map(report.records.map((record) => [`${record.ecosystem}\n${record.id}`, record]));
  const runtime = runtimeKeys(lockfiles);
  return placesOf(report, lockfiles).flatMap(({ subject, paths }) =>
    aliasGroups(subject.records.flatMap((id) => records.get(`${subject.ecosystem}\n${id}`) ?? [])).map((group) =>
      findingOf(subject, group, [...paths].sort(), runtime.has(keyOf(subject)) ? "runtime" : "development"),
    ),
  );
}

/** Each package version once, with every lockfile that names it: by the scanner's own reading and by ours. */
function placesOf(report: VulnReport, lockfiles: readonly Lockfile[]) {
  const places = new Map<string, { subject: Package; paths: Set<string> }>();
  for (const { path, packages } of report.sources) {
    for (const entry of packages) {
      const known = places.get(keyOf(entry));
      const subject = known === undefined ? entry : joined(known.subject, entry);
      const paths = known?.paths ?? new Set<string>();
      if (path !== OWN_LIST) paths.add(path);
      places.set(keyOf(entry), { subject, paths });
    }
  }
  for (const { path, packages } of lockfiles) {
    for (const entry of packages) places.get(keyOf(entry))?.paths.add(path);
  }
  return [...places.values()];
}

/** One package version that several sources name: what any of them says of it counts. */
function joined(one: Package, other: Package): Package {
  return {
    ...one,
    // The registry's spelling has capitals, and a plain version stands before an address.
    name: lower(one.name, other.name),
    version: lower(one.version, other.version),
    records: [...new Set([...one.records, ...other.records])],
    maxSeverities: [...one.maxSeverities, ...other.maxSeverities],
  };
}

/** By code unit. */
function lower(one: string, other: string): string {
  return [one, other].sort()[0] as string;
}

function packagesAt(report: VulnReport, path: string): readonly Package[] {
  return report.sources.find((source) => source.path === path)?.packages ?? [];
}

function findingOf(
  subject: Package,
  group: readonly OsvVulnerability[],
  paths: readonly string[],
  scope: "runtime" | "development",
): Finding {
  const ids = new Set(group.map(({ id }) => id));
  const scores = subject.maxSeverities.filter((entry) => entry.ids.some((id) => ids.has(id))).map(({ score }) => score);
  const rated = rate(group, subject.name, subject.ecosystem, scores);
  const malware = group.some(isMalware);
  const informational = group.every(isInformational);
  const findingClass = malware ? "malware" : informational ? "informational" : "vulnerability";
  const purl = purlOf(subject.ecosystem, subject.name, subject.version);
  const canonical = canonicalId(group);
  const fixedIn = fixedVersions(group, subject);
  return {
    id: findingId(findingClass, canonical, purl),
    kind: "vuln_scan",
    class: findingClass,
    rule: findingClass === "vulnerability" ? `vulnerability.${rated.severity}` : findingClass,
    ruleId: canonical,
    severity: informational ? "none" : rated.severity,
    title: group.map(({ summary }) => summary).find((text) => text !== undefined && text !== "") ?? canonical,
    locations: paths.map((path) => ({ path })),
    purl,
    scope,
    aliases: allIds(group),
    severitySource: rated.source,
    fixedIn,
    references: [...ids].map((id) => `https://osv.dev/vulnerability/${id}`),
    next:
      fixedIn.length === 0
        ? `no fixed version is known: replace ${subject.name}, or wait for one with a waiver`
        : `update ${subject.name} to ${fixedIn.join(" or ")} or later`,
  };
}

/** RustSec's notes on crates that are unmaintained, unsound or of interest: no vulnerabilities. */
function isInformational({ affected }: OsvVulnerability): boolean {
  const notes = (affected ?? []).map(({ database_specific }) => database_specific?.["informational"]);
  return notes.length > 0 && notes.every((note) => typeof note === "string");
}

function fixedVersions(group: readonly OsvVulnerability[], { ecosystem, name }: Package): string[] {
  const affected = group
    .flatMap((record) => record.affected ?? [])
    .filter(
      ({ package: subject }) =>
        subject !== undefined && packageKey(ecosystem, subject.name) === packageKey(ecosystem, name),
    );
  const events = affected.flatMap(({ ranges }) => ranges ?? []).flatMap((range) => range.events ?? []);
  return [...new Set(events.flatMap((event) => event["fixed"] ?? []))].sort();
}

function keyOf({ ecosystem, name, version }: { ecosystem: string; name: string; version: string }): string {
  const same = sameForm(ecosystem, name, version);
  return `${ecosystem}\n${caselessName(ecosystem, same.name)}\n${same.version}`;
}

function runtimeKeys(lockfiles: readonly Lockfile[]): ReadonlySet<string> {
  return new Set(lockfiles.flatMap(({ packages }) => packages.filter(({ dev }) => !dev).map(keyOf)));
}

/** What the lockfile does not pin, and what was locked but never matched. */
function gapsOf(lockfile: Lockfile, matched: ReadonlySet<string>): Gap[] {
  const { path } = lockfile;
  const missing = lockable(lockfile)
    .filter((entry) => !matched.has(keyOf(entry)))
    .map(({ name, version }) =>
      gapOf({
        code: "package-not-scanned",
        path,
        subject: `${name} ${version}`,
        detail: "in the lockfile, but osv-scanner did not report it",
      }),
    );
  return [...lockfile.gaps.map(({ code, name, detail }) => gapOf({ code, path, subject: name, detail })), ...missing];
}

/** Packages that can be looked up: of the ecosystem's registry, with a version. */
function lockable({ packages }: Lockfile): Lockfile["packages"] {
  return packages.filter(({ origin, version }) => origin === "registry" && version !== "");
}

/** Of each ecosystem's locked packages, how many were looked up. */
function partsOf(lockfiles: readonly Lockfile[], matched: ReadonlySet<string>): CoveragePart[] {
  const packages = lockfiles.flatMap((lockfile) => lockfile.packages);
  const ecosystems = [...new Set(packages.map(({ ecosystem }) => ecosystem))].sort();
  return ecosystems.map((ecosystem) => {
    const own = lockfiles.map((lockfile) => ({
      ...lockfile,
      packages: lockfile.packages.filter((entry) => entry.ecosystem === ecosystem),
    }));
    const seen = own.flatMap(lockable).filter((entry) => matched.has(keyOf(entry))).length;
    return {
      unit: unitOf(ecosystem),
      expected: own.flatMap((lockfile) => lockfile.packages).length,
      seen,
      leftOut: [],
    };
  });
}

/** A database that has to be searched, for the locked packages or for the canaries, and was not loaded. */
function databaseProblems(report: VulnReport, lockfiles: readonly Lockfile[], canaries: readonly string[]): Problem[] {
  const locked = new Set<string>(lockfiles.flatMap(({ packages }) => packages.map(({ ecosystem }) => ecosystem)));
  return [...new Set([...locked, ...canaries])]
    .filter((ecosystem) => !report.databases.includes(ecosystem))
    .sort()
    .map((ecosystem) => ({
      code: "database-missing" as const,
      message: `${ecosystem}: ${locked.has(ecosystem) ? "packages are locked" : "canaries are looked up"}, but no advisory database of this ecosystem was loaded`,
      next: `supply-gate advisories pull --ecosystem ${ecosystem}`,
    }));
}

/** The scanner is asked which advisories match; what an advisory says stands in the snapshot, and nowhere else. */
function advisoryProblems({ otherWords }: VulnReport): Problem[] {
  if (otherWords === null) {
    const message =
      "no advisory snapshot to hold osv-scanner's report against: what it says of an advisory counts for nothing";
    return [{ code: "advisories-missing", message, next: "name the snapshot of the run with --advisories" }];
  }
  const [first] = otherWords;
  if (first === undefined) return [];
  const { ecosystem, id, place, found, expected } = first;
  const where = visible(`${ecosystem} ${id}: ${place}`);
  const what = visible(`found ${found ?? "nothing"}, expected ${expected ?? "nothing"}`);
  return [
    {
      code: "advisory-changed",
      message: `osv-scanner: reports ${otherWords.length} advisories that the snapshot does not hold in these words; the first is ${where}: ${what}`,
      next: "supply-gate tools verify",
    },
  ];
}
