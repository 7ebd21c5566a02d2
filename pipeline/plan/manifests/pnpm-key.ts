import { splitDescriptor } from "./npm-spec.ts";

const SEMVER = /^\d+\.\d+\.\d+[^\s/:]*$/;

/**
 * The key in `packages` (9.0: `snapshots`) that a reference such as `1.2.3(peer@4.0.0)` means; undefined for a link.
 *
 * As pnpm's own `refToRelative` of each version does it.
 */
export function keyOfReference(reference: string, name: string, lockfileVersion: string): string | undefined {
  if (reference.startsWith("link:")) return undefined;
  const bracket = reference.indexOf("(");
  const head = bracket < 0 ? reference : reference.slice(0, bracket);
  if (lockfileVersion !== "9.0") {
    if (head.includes("/") || head.startsWith("file:")) return reference;
    return lockfileVersion.startsWith("5.") ? `/${name}/${reference}` : `/${name}@${reference}`;
  }
  if (reference.startsWith("@")) return reference;
  const at = head.indexOf("@");
  const colon = head.indexOf(":");
  return at >= 0 && (colon < 0 || at < colon) ? reference : `${name}@${reference}`;
}

/** Name and version as a key states them; the version only when it is one, so for packages of a registry. */
export function nameAndVersionOfKey(key: string, lockfileVersion: string): { name?: string; version?: string } {
  const head = key.replace(/\(.*$/, "");
  if (lockfileVersion === "9.0") return named(splitDescriptor(head));
  // Before 9.0 a key opens with a slash, or with the host of another registry.
  const place = /^[^/@:]*\/(.+)$/.exec(head)?.[1];
  if (place === undefined) return {};
  const slash = place.lastIndexOf("/");
  const parts = lockfileVersion.startsWith("6.")
    ? named(splitDescriptor(place))
    : named({ name: place.slice(0, Math.max(slash, 0)), range: place.slice(slash + 1).replace(/_.*$/, "") });
  return parts.version === undefined ? {} : parts;
}

function named({ name, range }: { readonly name: string; readonly range: string }) {
  return { ...(name === "" ? {} : { name }), ...(SEMVER.test(range) ? { version: range } : {}) };
}
