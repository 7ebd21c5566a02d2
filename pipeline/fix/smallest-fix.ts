import type { OsvRecord } from "../../schemas/osv-record.ts";
import { compareVersions } from "../versions/compare.ts";
import { affectedOf, affects, type NamedPackage } from "./affects.ts";

/** One package version that has to change, with everything that is known of the package. */
export interface ToFix extends NamedPackage {
  readonly version: string;
  /** Ids of the records by which it blocks. */
  readonly blocking: readonly string[];
  /** Every record of the snapshot that names the package. */
  readonly records: readonly OsvRecord[];
}

/** The smallest version that clears it, or why there is none. `leaves`: advisories that do not block, and that it does not clear. */
export type Fix =
  | { readonly to: string; readonly sameMajor: boolean; readonly leaves: readonly string[] }
  | { readonly why: "malware" | "no-fixed-version" | "order-not-known" };

/**
 * The smallest version above the present one by which nothing blocks any more. Candidates are the versions that advisories name as fixed; each
 * is held against every record of the package again, since a version that mends one may lie in the range of another. A version that clears
 * everything is taken before one that only clears what blocks, and one of the same major version before any other.
 */
export function smallestFix({ ecosystem, name, version, blocking, records }: ToFix): Fix {
  if (blocking.some((id) => id.startsWith("MAL-"))) return { why: "malware" };
  const known = records.map((record) => ({
    id: record.id,
    isBlocking: [record.id, ...(record.aliases ?? [])].some((id) => blocking.includes(id)),
    affected: affectedOf(record.affected ?? [], { ecosystem, name }),
  }));
  const named = [...new Set(known.flatMap(({ affected }) => fixedIn(affected)))];
  const orders = named.map((candidate) => [candidate, compareVersions(ecosystem, candidate, version)] as const);
  const above = orders.filter(([, order]) => order === 1).map(([candidate]) => candidate);
  const clear = above
    .sort((a, b) => compareVersions(ecosystem, a, b) ?? 0)
    .map((candidate) => ({
      candidate,
      left: known.filter(({ affected }) => affects(affected, ecosystem, candidate) !== false),
    }))
    .filter(({ left }) => left.every(({ isBlocking }) => !isBlocking));
  const whole = clear.filter(({ left }) => left.length === 0);
  const choices = whole.length > 0 ? whole : clear;
  const best = choices.find(({ candidate }) => majorOf(candidate) === majorOf(version)) ?? choices[0];
  if (best !== undefined) {
    const leaves = best.left.map(({ id }) => id).sort();
    return { to: best.candidate, sameMajor: majorOf(best.candidate) === majorOf(version), leaves };
  }
  const isOrdered = orders.every(([, order]) => order !== undefined);
  return { why: named.length > 0 && !isOrdered ? "order-not-known" : "no-fixed-version" };
}

function fixedIn(affected: ReturnType<typeof affectedOf>): string[] {
  return affected
    .flatMap(({ ranges }) => ranges ?? [])
    .filter(({ type }) => type !== "GIT")
    .flatMap(({ events }) => events ?? [])
    .flatMap(({ fixed }) => fixed ?? []);
}

/** Below 1.0.0 the second number is what the first one is later (SemVer 2.0.0, clause 4). */
function majorOf(version: string): string {
  const [, major = "", minor = ""] = /^v?(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return major === "0" ? `0.${minor}` : major;
}
