import type { z } from "zod";
import { OsvRecord } from "../../schemas/osv-record.ts";

/** A record in the scanner's words, or why it can't be one. `stripped` names each place where something was taken out. */
export type Repaired =
  | { readonly record: OsvRecord; readonly stripped: readonly string[] }
  | { readonly reason: string };

/**
 * Reads a value as an OSV record and takes out whatever the pinned scanner would drop the whole record for.
 *
 * Unknown fields and enum values go, and so does a malformed part that has no say in matching; what can't be read of the
 * id, the package, its versions or ranges makes the record unreadable. `value` is changed in place.
 */
export function repairRecord(value: unknown): Repaired {
  const stripped: string[] = [];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const result = OsvRecord.safeParse(value);
    if (result.success) return { record: result.data, stripped };
    const removed = new Map<Container, Set<Key>>();
    for (const issue of result.error.issues) {
      const places = placesOf(value, issue);
      if (places === null) return { reason: reasonOf(issue) };
      for (const { container, key, name } of places) {
        const keys = removed.get(container) ?? new Set();
        if (!keys.has(key) && name !== null) stripped.push(name);
        removed.set(container, keys.add(key));
      }
    }
    for (const [container, keys] of removed) remove(container, keys);
  }
  return { reason: "too many layers of unknown content" };
}

const MAX_ROUNDS = 8;

type Key = string | number;
type Container = Record<Key, unknown> | unknown[];
type Issue = z.core.$ZodIssue;

/** What is removed from where; `name` is null where nothing is lost (a null stands for an absent field). */
interface Place {
  readonly container: Container;
  readonly key: Key;
  readonly name: string | null;
}

/** Where to cut for this issue; null when the record can't do without it. */
function placesOf(value: unknown, issue: Issue): Place[] | null {
  const path = issue.path as Key[];
  if (issue.code === "unrecognized_keys") {
    const container = at(value, path);
    return issue.keys.map((key) => ({ container, key, name: shown([...path, key]) }));
  }
  const key = path.at(-1);
  if (key === undefined) return null;
  const container = at(value, path.slice(0, -1));
  const found = (container as Record<Key, unknown>)[key];
  if (found === null && typeof key === "string") return [{ container, key, name: null }];
  if (key === "type") return [placeOfType(value, path, found)];
  const whole = wholePart(path);
  if (whole === null) return null;
  const name = `${shown(whole)} (malformed)`;
  return [{ container: at(value, whole.slice(0, -1)), key: whole.at(-1) as Key, name }];
}

/** A severity or range without a known type says nothing, and a range of no type hides those after it; a link or a credit does without. */
function placeOfType(value: unknown, path: Key[], found: unknown): Place {
  const name = `${shown(path)}=${typeof found === "string" ? plainWord(found) : "(absent)"}`;
  const list = path.at(-3);
  if (list === "severity" || list === "ranges") {
    return { container: at(value, path.slice(0, -2)), key: path.at(-2) as Key, name };
  }
  return { container: at(value, path.slice(0, -1)), key: "type", name };
}

/** The smallest part around a malformed place that the record can do without. */
function wholePart(path: Key[]): Key[] | null {
  if (path[0] === "id") return null;
  if (path[0] !== "affected") return path.slice(0, 1);
  const part = path[2];
  if (part === "severity" || part === "ecosystem_specific" || part === "database_specific") return path.slice(0, 3);
  return part === "ranges" && path[4] === "database_specific" ? path.slice(0, 5) : null;
}

function at(value: unknown, path: readonly Key[]): Container {
  return path.reduce((part, key) => (part as Record<Key, unknown>)[key], value) as Container;
}

function remove(container: Container, keys: ReadonlySet<Key>): void {
  if (!Array.isArray(container)) for (const key of keys) delete container[key];
  else container.splice(0, container.length, ...container.filter((_, index) => !keys.has(index)));
}

function reasonOf(issue: Issue): string {
  return issue.path.length === 0 ? "no JSON object" : `${shown(issue.path as Key[])}: ${issue.message}`;
}

function shown(path: readonly Key[]): string {
  return path
    .map((key) => (typeof key === "number" ? "[]" : `.${plainWord(key)}`))
    .join("")
    .slice(1);
}

/** Names come from the input and end in the manifest: plain and short ones only. */
export function plainWord(text: string): string {
  return /^[\w.:-]{1,64}$/.test(text) ? text : "(odd name)";
}
