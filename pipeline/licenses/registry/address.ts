import { Unavailable } from "../unavailable.ts";

/**
 * An address below a registry's own: names and versions come from lockfiles, and none of them may lead anywhere else.
 * @throws Unavailable not-found for a part that no package's name has: an empty one, `.` or `..`
 */
export function addressBelow(registry: URL, parts: readonly string[]): URL {
  return new URL(`./${parts.map(partOfAddress).join("/")}`, registry);
}

/** One part of an address, `/` and all else that divides an address escaped. @throws Unavailable not-found */
export function partOfAddress(part: string): string {
  if (/^\.{0,2}$/.test(part)) throw new Unavailable("not-found", "no registry has a package of such a name");
  // Half of a surrogate pair can't be written in UTF-8. What npm and Go write as it stands is no harm.
  const wellFormed = part.replace(/\p{Surrogate}/gu, "\uFFFD");
  return encodeURIComponent(wellFormed).replaceAll("%40", "@").replaceAll("%2B", "+");
}
