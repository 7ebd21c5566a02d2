import type { Problem } from "../../../schemas/evidence.ts";
import type { Coverage, Finding, Gap } from "../../../schemas/finding.ts";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import type { OsvVulnerability } from "../../../schemas/osv-scanner.ts";
import { findingId } from "../../findings/finding-id.ts";
import { packageKey, versionKey } from "../../findings/package-key.ts";
import { purlOf } from "../../findings/purl.ts";
import { isMalware, rate } from "../../findings/severity.ts";
import type { JudgeInput, Judgement } from "../kind.ts";
import { aliasGroups, allIds, canonicalId } from "./alias-groups.ts";
import type { VulnReport } from "./reader.ts";

/** One finding for each vulnerability of each package version, wherever it is locked; coverage by the sets of name and version. */
export function judgeVulnerabilities({ report, lockfiles }: JudgeInput<VulnReport>): Judgement {
  const gaps = lockfiles.flatMap((lockfile) => gapsOf(lockfile, report));
  return {
    findings: findingsOf(report, lockfiles),
    coverage: coverageOf(lockfiles, gaps),
    problems: [...databaseProblems(report, lockfiles), ...coverageProblems(gaps)],
  };
}

type Package = VulnReport["sources"][number]["packages"][number];

function findingsOf(report: VulnReport, lockfiles: readonly Lockfile[]): Finding[] {
  const records = new Map(report.records.map((record) => [record.id, record]));
  const places = new Map<string, { subject: Package; paths: string[] }>();
  for (const { path, packages } of report.sources) {
    for (const subject of packages) {
      const key = `${subject.ecosystem}\n${subject.name}\n${subject.version}`;
      const place = places.get(key) ?? { subject, paths: [] };
      place.paths.push(path);
      places.set(key, place);
    }
  }
  const runtime = runtimeKeys(lockfiles);
  return [...places.values()].flatMap(({ subject, paths }) =>
    aliasGroups(subject.records.flatMap((id) => records.get(id) ?? [])).map((group) =>
      findingOf(subject, group, [...new Set(paths)].sort(), runtime.has(keyOf(subject)) ? "runtime" : "development"),
    ),
  );
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

/** What the lockfile does not pin, and what our reader saw that the scanner did not. */
function gapsOf(lockfile: Lockfile, report: VulnReport): Gap[] {
  const { path } = lockfile;
  const source = report.sources.find((entry) => entry.path === path);
  const seen = new Set((source?.packages ?? []).map(keyOf));
  const missing = lockfile.packages
    .filter((entry) => entry.origin === "registry" && entry.version !== "" && !seen.has(keyOf(entry)))
    .map(({ name, version }) => ({
      code: "package-not-scanned",
      path,
      subject: `${name} ${version}`,
      detail: "in the lockfile, but osv-scanner did not report it",
    }));
  return [...lockfile.gaps.map(({ code, name, detail }) => ({ code, path, subject: name, detail })), ...missing];
}

function coverageOf(lockfiles: readonly Lockfile[], gaps: readonly Gap[]): Coverage {
  const expected = lockfiles.reduce((sum, { packages }) => sum + packages.length, 0);
  const unseen = lockfiles.flatMap(({ packages }) =>
    packages.filter(({ origin, version }) => origin !== "registry" || version === ""),
  );
  const missing = gaps.filter(({ code }) => code === "package-not-scanned").length;
  return {
    kind: "vuln_scan",
    unit: "packages",
    expected,
    seen: expected - unseen.length - missing,
    leftOut: [],
    gaps: [...gaps],
  };
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
