import { z } from "zod";
import { GateError } from "../../../schemas/error.ts";
import { OsvScannerReport, OsvVulnerability } from "../../../schemas/osv-scanner.ts";
import { readJson } from "../../../schemas/read.ts";
import type { RawOutput } from "../kind.ts";

/** `evidence/vuln_scan.json`: each lockfile's packages with the ids of the records that match, and each record once. All lists sorted. */
export const VulnReport = z.strictObject({
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
  records: z.array(OsvVulnerability),
});
export type VulnReport = z.infer<typeof VulnReport>;
type ScannedPackage = z.infer<typeof OsvScannerReport>["results"][number]["packages"][number];

/**
 * osv-scanner's report to its normal form, with the source's own paths.
 * @throws GateError DOCUMENT_INVALID, also when it holds advisories and the exit status says that there are none, or the other way round
 */
export function collectVulnerabilities(raw: RawOutput): VulnReport {
  // With status 128 the scanner writes no report; the coverage check says whether there really was nothing.
  if (raw.meaning === "nothing-to-scan") return { databases: [], sources: [], records: [] };
  const report = readJson(OsvScannerReport, raw.read("osv-scanner.json"), "osv-scanner report");
  const records = new Map<string, OsvVulnerability>();
  const packagesOf = new Map<string, ReturnType<typeof normalPackage>[]>();
  for (const { source, packages } of report.results) {
    for (const record of packages.flatMap(({ vulnerabilities }) => vulnerabilities ?? []))
      records.set(record.id, record);
    const path = sourcePath(source.path, raw);
    packagesOf.set(path, [...(packagesOf.get(path) ?? []), ...packages.map(normalPackage)]);
  }
  if (records.size > 0 !== (raw.meaning === "findings")) {
    const expected = raw.meaning === "findings" ? "some" : "none";
    throw new GateError(
      "DOCUMENT_INVALID",
      `osv-scanner report: found ${records.size} advisories, expected ${expected}`,
    );
  }
  const sources = [...packagesOf].map(([path, packages]) => ({ path, packages: packages.sort(byKey(packageOrder)) }));
  return {
    databases: [...raw.stderr.matchAll(/^Loaded (\S+) local db from /gm)].map(([, name]) => name as string).sort(),
    sources: sources.sort(byKey(({ path }) => path)),
    records: [...records.values()].sort(byKey(({ id }) => id)),
  };
}

function normalPackage({ package: subject, dependency_groups, vulnerabilities, groups }: ScannedPackage) {
  return {
    name: subject.name,
    version: subject.version ?? "",
    ecosystem: subject.ecosystem.split(":")[0] as string,
    dev: (dependency_groups ?? []).some((group) => group === "dev" || group === "development"),
    records: [...new Set((vulnerabilities ?? []).map(({ id }) => id))].sort(),
    maxSeverities: (groups ?? [])
      .map(({ ids, max_severity }) => ({ ids: [...ids].sort(), score: max_severity }))
      .sort(byKey(({ ids }) => ids.join("\n"))),
  };
}

function sourcePath(path: string, raw: RawOutput): string {
  const prefix = `${raw.scanRoot}/`;
  const name = path.startsWith(prefix) ? raw.names[path.slice(prefix.length)] : undefined;
  if (name !== undefined) return name;
  throw new GateError("DOCUMENT_INVALID", "osv-scanner report: a source that was never given to it");
}

function packageOrder({ ecosystem, name, version }: { ecosystem: string; name: string; version: string }): string {
  return `${ecosystem}\n${name}\n${version}`;
}

function byKey<T>(key: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
