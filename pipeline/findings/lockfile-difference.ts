import type { Lockfile } from "../../schemas/lockfile.ts";
import { packageKey, sameForm } from "./package-key.ts";
import { purlOf } from "./purl.ts";

/** A package of a lockfile as a tool names it. */
export interface ReadPackage {
  readonly name: string;
  readonly version: string;
  readonly ecosystem: string;
  readonly purl?: string;
}

/** Why only one of two readers names a package; `not-read`: no reason is known, so that it is a gap. */
type OursReason = "without-version" | "not-from-registry" | "not-by-tool";
type TheirsReason = "project-itself" | "named-as-gap" | "not-read";

export interface LockfileDifference {
  /** How many packages the tool names in this lockfile. */
  readonly packages: number;
  readonly onlyOurs: readonly { readonly package: string; readonly reason: OursReason }[];
  readonly onlyTheirs: readonly { readonly package: string; readonly reason: TheirsReason }[];
}

/** The sets of name and version in a lockfile, as our own reader and as a tool sees them: what only one of them has, sorted, each with its reason. */
export function lockfileDifference(lockfile: Lockfile, theirs: readonly ReadPackage[]): LockfileDifference {
  const ours: readonly ReadPackage[] = lockfile.packages;
  const known = new Set(ours.flatMap(keysOf));
  const reported = new Set(theirs.flatMap(keysOf));
  const isOwn = ({ ecosystem, name }: ReadPackage) =>
    (lockfile.own ?? []).some((each) => packageKey(ecosystem, each) === packageKey(ecosystem, name));
  const gaps = new Set(lockfile.gaps.map(({ name }) => plain(name)));
  return {
    packages: new Set(theirs.map(shown)).size,
    onlyOurs: sorted(
      lockfile.packages
        .filter((entry) => !keysOf(entry).some((key) => reported.has(key)))
        .map((entry) => ({
          package: shown(entry),
          reason:
            entry.origin !== "registry"
              ? "not-from-registry"
              : entry.version === ""
                ? "without-version"
                : "not-by-tool",
        })),
    ),
    onlyTheirs: sorted(
      theirs
        .filter((entry) => !keysOf(entry).some((key) => known.has(key)))
        .map((entry) => ({
          package: shown(entry),
          reason: isOwn(entry) ? "project-itself" : gaps.has(plain(entry.name)) ? "named-as-gap" : "not-read",
        })),
    ),
  };
}

/** Two tools mean the same package when its purl is the same, or its name and version are. */
function keysOf({ ecosystem, name, version, purl }: ReadPackage): string[] {
  const same = sameForm(ecosystem, name, version);
  return [purl ?? purlOf(ecosystem, name, version), `${same.name.toLowerCase()}\n${same.version}`];
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function shown({ name, version }: ReadPackage): string {
  return `${name} ${version}`.trim();
}

function sorted<T extends { readonly package: string }>(entries: readonly T[]): T[] {
  const distinct = new Map(entries.map((entry) => [entry.package, entry]));
  return [...distinct.values()].sort((a, b) => (a.package < b.package ? -1 : 1));
}
