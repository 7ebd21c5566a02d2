import semver from "semver";
import { comparePep440 } from "./pep440.ts";

/**
 * The order of two versions by the rules of their ecosystem (an OSV name): −1, 0 or 1; undefined where those rules are not known here, or one
 * of the versions can't be read by them.
 */
export function compareVersions(ecosystem: string, a: string, b: string): -1 | 0 | 1 | undefined {
  return ORDERS[ecosystem]?.(a, b);
}

type Order = (a: string, b: string) => -1 | 0 | 1 | undefined;

/** Build metadata says nothing about the order (SemVer 2.0.0, clause 10); Go's `v` and `+incompatible` are no part of it. */
function compareSemver(a: string, b: string): -1 | 0 | 1 | undefined {
  const [one, other] = [a, b].map((text) => semver.parse(text.replace(/^v(?=\d)/, "")));
  return one == null || other == null ? undefined : semver.compare(one, other);
}

const ORDERS: Readonly<Record<string, Order>> = {
  npm: compareSemver,
  "crates.io": compareSemver,
  Go: compareSemver,
  Hex: compareSemver,
  Pub: compareSemver,
  SwiftURL: compareSemver,
  PyPI: comparePep440,
};
