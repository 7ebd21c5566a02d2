import { z } from "zod";
import { Ecosystem } from "../../../schemas/common.ts";
import { GateError } from "../../../schemas/error.ts";
import { OsvScannerReport, OsvVulnerability } from "../../../schemas/osv-scanner.ts";
import { readJson } from "../../../schemas/read.ts";
import { CANARY_VERSION, canaryPackages } from "../../findings/advisory-canary.ts";
import { sameForm } from "../../findings/package-key.ts";
import { visible } from "../../findings/visible.ts";
import type { RawOutput } from "../kind.ts";
import { OtherWords, otherWords } from "./other-words.ts";
import { CANARY_LIST } from "./package-lists.ts";

/** `evidence/vuln_scan.json`: each lockfile's packages with the ids of the records that match, and each record once. All lists sorted. */
export const VulnReport = z
  .strictObject({
    /** Made-up records that were matched with the made-up packages beside the lockfiles. */
    canaries: z.array(z.string()),
    /** Ecosystems whose database the scanner says it loaded. */
    databases: z.array(z.string()),
    sources: z.array(
      z.strictObject({
        path: z.string(),
        packages: z.array(
          z.strictObject({
            name: z.string(),
            version: z.string(),
            ecosystem: z.string(),
            dev: z.boolean(),
            records: z.array(z.string()),
            maxSeverities: z.array(z.strictObject({ ids: z.array(z.string()), score: z.string() })),
          }),
        ),
      }),
    ),
    /** Each record as the database of one ecosystem holds it: the same id may say other things of another ecosystem. */
    records: z.array(OsvVulnerability.extend({ ecosystem: z.string() })),
    /** Those of the records, made-up ones too, that are not the snapshot's; null when there was no snapshot to hold them against. */
    otherWords: z.array(OtherWords).nullable(),
  })
  .refine(({ sources, records }) => hasEachRecord(sources, records), {
    path: ["records"],
    error: "expected the record of each id that a package has: without it the finding would be lost",
  });
export type VulnReport = z.infer<typeof VulnReport>;
type ScannedPackage = z.infer<typeof OsvScannerReport>["results"][number]["packages"][number];

function hasEachRecord(
  sources: readonly { readonly packages: readonly { readonly ecosystem: string; readonly records: string[] }[] }[],
  records: readonly { readonly ecosystem: string; readonly id: string }[],
): boolean {
  const there = new Set(records.map(({ ecosystem, id }) => `${ecosystem}\n${id}`));
  const packages = sources.flatMap((source) => source.packages);
  return packages.every(({ ecosystem, records: ids }) => ids.every((id) => there.has(`${ecosystem}\n${id}`)));
}

/**
 * osv-scanner's report to its normal form, with the source's own paths.
 * @throws GateError DOCUMENT_INVALID
 */
export function collectVulnerabilities(raw: RawOutput): VulnReport {
  const report = readJson(OsvScannerReport, raw.read("osv-scanner.json"), "osv-scanner report");
  const records = new Map<string, VulnReport["records"][number]>();
  const madeUp = new Map<string, VulnReport["records"][number]>();
  const canaries: string[] = [];
  const packagesOf = new Map<string, ReturnType<typeof normalPackage>[]>();
  for (const { source, packages } of report.results) {
    const path = sourcePath(source.path, raw);
    const known = path === CANARY_LIST ? madeUp : records;
    for (const { package: subject, vulnerabilities } of packages) {
      for (const record of vulnerabilities ?? []) addRecord(known, ecosystemOf(subject), record);
    }
    if (path === CANARY_LIST) {
      canaries.push(...packages.flatMap(canariesOf));
      continue;
    }
    packagesOf.set(path, [...(packagesOf.get(path) ?? []), ...packages.map(normalPackage)]);
  }
  const { advisory } = raw;
  const sources = [...packagesOf].map(([path, packages]) => ({ path, packages: packages.sort(byKey(packageOrder)) }));
  return {
    canaries: [...new Set(canaries)].sort(),
    databases: [...raw.stderr.matchAll(/^Loaded (\S+) local db from /gm)].map(([, name]) => name as string).sort(),
    sources: sources.sort(byKey(({ path }) => path)),
    records: [...records.values()].sort(byKey(recordOrder)),
    otherWords:
      advisory === undefined
        ? null
        : [...records.values(), ...madeUp.values()]
            .flatMap((record) => otherWords(record, advisory) ?? [])
            .sort(byKey(recordOrder)),
  };
}

/** The made-up record of a made-up package, and no other: a record beside the wrong package is no sign of life. */
function canariesOf({ package: subject, vulnerabilities, groups }: ScannedPackage): string[] {
  checkGroups(vulnerabilities ?? [], groups ?? []);
  if (subject.version !== CANARY_VERSION) return [];
  const { record } = canaryPackages(subject.ecosystem).find(({ name }) => name === subject.name) ?? {};
  return (vulnerabilities ?? []).flatMap(({ id }) => (id === record ? [id] : []));
}

/** A record stands in the report once for each place that it matches, always with the same words. */
function addRecord(
  records: Map<string, VulnReport["records"][number]>,
  ecosystem: string,
  record: OsvVulnerability,
): void {
  const key = `${ecosystem}\n${record.id}`;
  const known = records.get(key);
  const next = { ...record, ecosystem };
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(next)) {
    const message = `osv-scanner report: ${visible(record.id)} stands there twice with different content`;
    throw new GateError("DOCUMENT_INVALID", message);
  }
  records.set(key, next);
}

function ecosystemOf({ ecosystem }: ScannedPackage["package"]): string {
  return ecosystem.split(":")[0] as string;
}

function normalPackage({ package: subject, dependency_groups, vulnerabilities, groups }: ScannedPackage) {
  checkGroups(vulnerabilities ?? [], groups ?? []);
  const ecosystem = ecosystemOf(subject);
  if (!Ecosystem.safeParse(ecosystem).success) {
    throw new GateError(
      "DOCUMENT_INVALID",
      `osv-scanner report: a package of ${visible(ecosystem)}, of which none is locked`,
    );
  }
  const { name, version = "" } = subject;
  return {
    // npm lockfiles can state an address in place of a version, and it may hold a password.
    ...(ecosystem === "npm" ? sameForm(ecosystem, name, version) : { name, version }),
    ecosystem,
    dev: (dependency_groups ?? []).some((group) => group === "dev" || group === "development"),
    records: [...new Set((vulnerabilities ?? []).map(({ id }) => id))].sort(),
    maxSeverities: (groups ?? [])
      .map(({ ids, max_severity }) => ({ ids: [...ids].sort(), score: max_severity }))
      .sort(byKey(({ ids }) => ids.join("\n"))),
  };
}

/** osv-scanner lists every record of a package twice, as itself and in a group of aliases: the two must agree, and a score comes from a vector. */
function checkGroups(
  vulnerabilities: readonly OsvVulnerability[],
  groups: readonly { ids: string[]; max_severity: string }[],
): void {
  const listed = [...new Set(vulnerabilities.map(({ id }) => id))].sort();
  const grouped = [...new Set(groups.flatMap(({ ids }) => ids))].sort();
  if (listed.join("\n") !== grouped.join("\n")) {
    const found = `found ${listed.length} advisories of a package and ${grouped.length} in its groups, expected the same`;
    throw new GateError("DOCUMENT_INVALID", `osv-scanner report: ${found}`);
  }
  const scored = groups.filter(({ max_severity }) => max_severity !== "");
  const isBaseless = scored.some(
    ({ ids }) => !vulnerabilities.some((record) => ids.includes(record.id) && hasVector(record)),
  );
  if (isBaseless) throw new GateError("DOCUMENT_INVALID", "osv-scanner report: found a score without a vector");
}

function hasVector({ severity, affected }: OsvVulnerability): boolean {
  return [severity, ...(affected ?? []).map((entry) => entry.severity)].some((list) => (list ?? []).length > 0);
}

function sourcePath(path: string, raw: RawOutput): string {
  const prefix = `${raw.scanRoot}/`;
  const name = path.startsWith(prefix) ? raw.names[path.slice(prefix.length)] : undefined;
  if (name !== undefined) return name;
  throw new GateError("DOCUMENT_INVALID", "osv-scanner report: a source that was never given to it");
}

function recordOrder({ ecosystem, id }: { ecosystem: string; id: string }): string {
  return `${id}\n${ecosystem}`;
}

function packageOrder({ ecosystem, name, version }: { ecosystem: string; name: string; version: string }): string {
  return `${ecosystem}\n${name}\n${version}`;
}

function byKey<T>(key: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
