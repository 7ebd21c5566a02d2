import type { Problem } from "../../../schemas/evidence.ts";
import type { Coverage, Finding, Gap } from "../../../schemas/finding.ts";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import type { OsvVulnerability } from "../../../schemas/osv-scanner.ts";
import { findingId } from "../../findings/finding-id.ts";
import { packageKey, versionKey } from "../../findings/package-key.ts";
import { purlOf } from "../../findings/purl.ts";
import { isMalware, rate } from "../../findings/severity.ts";
import { unreadLockfiles } from "../../tree/unread-lockfiles.ts";
import type { JudgeInput, Judgement } from "../kind.ts";
import { aliasGroups, allIds, canonicalId } from "./alias-groups.ts";
import type { VulnReport } from "./reader.ts";
import { OWN_LIST } from "./step.ts";

/** One finding for each vulnerability of each package version, wherever it is locked; coverage by the sets of name and version. */
export function judgeVulnerabilities({ report, inventory, lockfiles }: JudgeInput<VulnReport>): Judgement {
  const matched = new Set(report.sources.flatMap(({ packages }) => packages.map(keyOf)));
  const unread = unreadLockfiles(inventory).map((path) => ({
    code: "lockfile-not-read",
    path,
    subject: path.slice(path.lastIndexOf("/") + 1),
    detail: "no reader for this format yet: what it locks was not looked up",
  }));
  const gaps = [...lockfiles.flatMap((lockfile) => gapsOf(lockfile, matched)), ...unread];
  return {
    findings: findingsOf(report, lockfiles),
    coverage: coverageOf(report, lockfiles, gaps),
    problems: [...databaseProblems(report, lockfiles), ...coverageProblems(gaps)],
  };
}

type Package = VulnReport["sources"][number]["packages"][number];

function findingsOf(report: VulnReport, lockfiles: readonly Lockfile[]): Finding[] {
  const records = new Map(report.records.map((record) => [record.id, record]));
  const runtime = runtimeKeys(lockfiles);
  return placesOf(report, lockfiles).flatMap(({ subject, paths }) =>
    aliasGroups(subject.records.flatMap((id) => records.get(id) ?? [])).map((group) =>
      findingOf(subject, group, [...paths].sort(), runtime.has(keyOf(subject)) ? "runtime" : "development"),
    ),
  );
}

/** Each package version once, with every lockfile that names it: by the scanner's own reading and by ours. */
function placesOf(report: VulnReport, lockfiles: readonly Lockfile[]) {
  const places = new Map<string, { subject: Package; paths: Set<string> }>();
  for (const { path, packages } of report.sources) {
    for (const subject of packages) {
      const place = places.get(keyOf(subject)) ?? { subject, paths: new Set<string>() };
      if (path !== OWN_LIST) place.paths.add(path);
      places.set(keyOf(subject), place);
    }
  }
  for (const { path, packages } of lockfiles) {
    for (const entry of packages) places.get(keyOf(entry))?.paths.add(path);
  }
  return [...places.values()];
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
    references: [...ids].sort().map((id) => `https://osv.dev/vulnerability/${id}`),
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
  return `${ecosystem}\n${packageKey(ecosystem, name)}\n${versionKey(ecosystem, version)}`;
}

function runtimeKeys(lockfiles: readonly Lockfile[]): ReadonlySet<string> {
  return new Set(lockfiles.flatMap(({ packages }) => packages.filter(({ dev }) => !dev).map(keyOf)));
}

/** What the lockfile does not pin, and what was locked but never matched. */
function gapsOf(lockfile: Lockfile, matched: ReadonlySet<string>): Gap[] {
  const { path } = lockfile;
  const missing = lockable(lockfile)
    .filter((entry) => !matched.has(keyOf(entry)))
    .map(({ name, version }) => ({
      code: "package-not-scanned",
      path,
      subject: `${name} ${version}`,
      detail: "in the lockfile, but osv-scanner did not report it",
    }));
  return [...lockfile.gaps.map(({ code, name, detail }) => ({ code, path, subject: name, detail })), ...missing];
}

/** Packages that can be looked up: of the ecosystem's registry, with a version. */
function lockable({ packages }: Lockfile): Lockfile["packages"] {
  return packages.filter(({ origin, version }) => origin === "registry" && version !== "");
}

function coverageOf(report: VulnReport, lockfiles: readonly Lockfile[], gaps: readonly Gap[]): Coverage {
  const expected = lockfiles.reduce((sum, { packages }) => sum + packages.length, 0);
  const looked = lockfiles.reduce((sum, lockfile) => sum + lockable(lockfile).length, 0);
  const missing = gaps.filter(({ code }) => code === "package-not-scanned").length;
  const own = lockfiles.flatMap((lockfile) => {
    const theirs = new Set(report.sources.find(({ path }) => path === lockfile.path)?.packages.map(keyOf));
    return lockable(lockfile)
      .filter((entry) => !theirs.has(keyOf(entry)))
      .map(({ name, version }) => `${lockfile.path}: ${name} ${version}`);
  });
  const reason = "matched from our own reading of the lockfile, which osv-scanner reads without them";
  const leftOut = own.length === 0 ? [] : [{ reason, count: own.length, examples: own.sort().slice(0, 5) }];
  return { kind: "vuln_scan", unit: "packages", expected, seen: looked - missing, leftOut, gaps: [...gaps] };
}

function databaseProblems(report: VulnReport, lockfiles: readonly Lockfile[]): Problem[] {
  const needed = new Set(lockfiles.flatMap(({ packages }) => packages.map(({ ecosystem }) => ecosystem)));
  return [...needed]
    .filter((ecosystem) => !report.databases.includes(ecosystem))
    .sort()
    .map((ecosystem) => ({
      code: "database-missing" as const,
      message: `${ecosystem}: packages are locked, but no advisory database of this ecosystem was loaded`,
      next: `supply-gate advisories pull --ecosystem ${ecosystem}`,
    }));
}

function coverageProblems(gaps: readonly Gap[]): Problem[] {
  const missing = gaps.filter(({ code }) => code === "package-not-scanned");
  const [first] = missing;
  if (first === undefined) return [];
  return [
    {
      code: "coverage-gap",
      message: `${missing.length} locked packages were not scanned, the first is ${first.subject} in ${first.path}`,
    },
  ];
}
