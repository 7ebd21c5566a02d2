import canonicalize from "canonicalize";

/** For people: two spaces, keys in the order of the schema. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** For machines, where it is long: RFC 8785. */
export function compact(value: unknown): string {
  return `${canonicalize(value)}\n`;
}
