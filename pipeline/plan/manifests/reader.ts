import { GateError } from "../../../schemas/error.ts";
import type { LockfileFormat } from "../../../schemas/inventory.ts";
import type { LockedPackage, Lockfile, LockfileGap } from "../../../schemas/lockfile.ts";

/** A lockfile as content. `path` is its place in the tree, for messages. */
export interface LockfileInput {
  readonly path: string;
  readonly text: string;
  /** Text of another file of the tree, by its path relative to the lockfile's folder; undefined when the tree has none. */
  sibling(relativePath: string): string | undefined;
}

/** Turns a lockfile's text into its packages and gaps. @throws GateError LOCKFILE_INVALID */
export type LockfileReader = (input: LockfileInput) => Lockfile;

/** What a reader has found so far: in any order, with duplicates. */
export interface Found {
  readonly packages: LockedPackage[];
  readonly gaps: LockfileGap[];
  readonly own?: string[];
}

/** Sorts by code unit and merges: `dev` only if all places say so, the first stated licence, a registry before any other origin. */
export function lockfileOf(path: string, format: LockfileFormat, found: Found): Lockfile {
  const packages = new Map<string, LockedPackage>();
  for (const next of found.packages) {
    const key = `${next.ecosystem}\n${next.name}\n${next.version}`;
    const known = packages.get(key);
    packages.set(key, known === undefined ? next : merged(known, next));
  }
  const gaps = new Map(found.gaps.map((gap) => [JSON.stringify([gap.code, gap.name, gap.detail]), gap]));
  return {
    path,
    format,
    packages: [...packages.values()].sort(byFields((item) => [item.ecosystem, item.name, item.version])),
    ...((found.own ?? []).length === 0 ? {} : { own: [...new Set(found.own)].sort() }),
    gaps: [...gaps.values()].sort(byFields((gap) => [gap.code, gap.name, gap.detail])),
  };
}

/** The error for a lockfile that can't be trusted; `place` is its path, with `:line` where the line is known. */
export function lockfileInvalid(place: string, found: string, expected: string, cause?: unknown): GateError {
  return new GateError(
    "LOCKFILE_INVALID",
    `${place}: found ${short(withoutCredentials(found))}, expected ${short(expected)}`,
    {
      ...(cause === undefined ? {} : { cause }),
      next: "write the lockfile again with its package manager, or exclude it by policy with a reason",
    },
  );
}

/** The gap that goes with a package from elsewhere; undefined for one from the registry. */
export function gapOfOrigin(origin: LockedPackage["origin"], name: string, source: string): LockfileGap | undefined {
  if (origin === "registry") return undefined;
  return { code: `${origin}-dependency`, name, detail: withoutCredentials(source) };
}

/** A URL as it may be shown: without user, password and query. Other text stays as it is. */
export function withoutCredentials(source: string): string {
  return source.replace(/:\/\/[^/@\s]*@/, "://").replace(/\?[^#]*/, "");
}

function short(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

function merged(one: LockedPackage, other: LockedPackage): LockedPackage {
  if (one.dev === other.dev && one.origin === other.origin && one.license === other.license) return one;
  const licenses = [one.license, other.license].filter((license) => license !== undefined).sort();
  return {
    ...one,
    dev: one.dev && other.dev,
    origin: other.origin === "registry" ? other.origin : one.origin,
    ...(licenses[0] === undefined ? {} : { license: licenses[0] }),
  };
}

function byFields<T>(fieldsOf: (item: T) => readonly string[]): (a: T, b: T) => number {
  return (a, b) => {
    const [left, right] = [fieldsOf(a), fieldsOf(b)];
    for (const [index, value] of left.entries()) {
      const other = right[index] ?? "";
      if (value !== other) return value < other ? -1 : 1;
    }
    return 0;
  };
}
