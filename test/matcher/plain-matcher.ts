import semver from "semver";
import { comparePep440 } from "../../pipeline/versions/pep440.ts";

/** An OSV record, as it lies in a database; nothing of it was checked. */
export interface PlainRecord {
  readonly id: string;
  readonly withdrawn?: string;
  readonly affected?: readonly {
    readonly package?: { readonly name: string; readonly ecosystem: string };
    readonly versions?: readonly string[];
    readonly ranges?: readonly { readonly type: string; readonly events?: readonly Record<string, string>[] }[];
  }[];
}

/**
 * Whether a record is about a package version, by the pseudo-code of the OSV schema ("Evaluation") and nothing else: what the gate's findings
 * are held against. npm's `semver` orders npm, crates.io and (without the `v`) Go; PEP 440 orders PyPI.
 */
export function isVulnerable(record: PlainRecord, ecosystem: string, name: string, version: string): boolean {
  if (record.withdrawn !== undefined) return false;
  return (record.affected ?? []).some(({ package: subject, versions = [], ranges = [] }) => {
    if (subject?.ecosystem !== ecosystem || plainName(ecosystem, subject.name) !== plainName(ecosystem, name))
      return false;
    if (versions.includes(version)) return true;
    return ranges.some(({ type, events = [] }) => type !== "GIT" && isInRange(events, ecosystem, version));
  });
}

/** PEP 503 for PyPI; every other name is compared as it is. */
export function plainName(ecosystem: string, name: string): string {
  return ecosystem === "PyPI" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name;
}

function isInRange(events: readonly Record<string, string>[], ecosystem: string, version: string): boolean {
  const steps = events.flatMap((event) => Object.entries(event)).map(([kind, at]) => ({ kind, at }));
  steps.sort((a, b) => (a.at === b.at ? 0 : compare(ecosystem, a.at, b.at)));
  let vulnerable = false;
  for (const { kind, at } of steps) {
    const order = compare(ecosystem, version, at);
    if (kind === "introduced" && order >= 0) vulnerable = true;
    if (kind === "fixed" && order >= 0) vulnerable = false;
    if (kind === "last_affected" && order > 0) vulnerable = false;
  }
  return vulnerable;
}

/** `0` stands before every version. */
function compare(ecosystem: string, a: string, b: string): number {
  if (a === "0" || b === "0") return a === b ? 0 : a === "0" ? -1 : 1;
  if (ecosystem === "PyPI") return comparePep440(a, b) ?? Number.NaN;
  const [one, other] = [a, b].map((text) => text.replace(/^v/, ""));
  return semver.compare(one as string, other as string);
}
