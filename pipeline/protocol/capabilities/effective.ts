import { covers } from "./capability.ts";

/**
 * What is granted in the end: the intersection of all lists, most restrictive wins. No list, or an empty one, grants nothing. Sorted.
 * A request is covered by the result exactly when every list covers it.
 */
export function effectiveCapabilities(lists: readonly (readonly string[])[]): string[] {
  const [first, ...others] = lists;
  if (first === undefined) return [];
  const met = others.reduce(
    (granted: readonly string[], list) => granted.flatMap((one) => meet(one, list)),
    [...first],
  );
  return [...new Set(met)].sort();
}

/** The narrower one of each pair that has something in common. */
function meet(one: string, list: readonly string[]): string[] {
  return list.flatMap((other) => (covers(one, other) ? [other] : covers(other, one) ? [one] : []));
}
