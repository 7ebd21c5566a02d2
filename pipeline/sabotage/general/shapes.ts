import { type Attack, type Left, type Loose, onJson } from "../../kinds/attack.ts";

/** Every field of every JSON file dropped, renamed and of another type, everywhere and in its last place alone; every list without an entry. */
export function shapeAttacks(left: Left): Attack[] {
  return Object.entries(left).flatMap(([file, text]) => {
    if (file === "stdout" || file === "stderr") return [];
    const places = [...placesOf(JSON.parse(text) as Loose)];
    return places.flatMap(([place, count]) => [
      ...fieldAttacks(file, place, count),
      ...listAttacks(file, place, count),
    ]);
  });
}

type Edit = (owner: Loose, key: string) => void;

const FIELDS: Readonly<Record<string, Edit>> = {
  "field dropped": (owner, key) => void delete owner[key],
  "field renamed": (owner, key) => {
    Object.assign(owner, { [`${key}_`]: owner[key] });
    delete owner[key];
  },
  "field of another type": (owner, key) => Object.assign(owner, { [key]: otherType(owner[key]) }),
};

const LISTS: Readonly<Record<string, Edit>> = {
  "first entry dropped": (owner, key) => void listAt(owner, key).splice(0, 1),
  "last entry dropped": (owner, key) => void listAt(owner, key).splice(-1, 1),
  "list emptied": (owner, key) => void listAt(owner, key).splice(0),
};

/** The same place may hold null elsewhere. */
function listAt(owner: Loose, key: string): Loose[] {
  const value: unknown = owner[key];
  return Array.isArray(value) ? value : [];
}

function fieldAttacks(file: string, place: string, count: number): Attack[] {
  if (place.endsWith("[]")) return [];
  return Object.entries(FIELDS).flatMap(([group, edit]) => attacksAt(group, "", file, place, count, edit));
}

function listAttacks(file: string, place: string, count: number): Attack[] {
  if (!place.endsWith("[]")) return [];
  const list = place.slice(0, -2);
  return Object.entries(LISTS).flatMap(([name, edit]) => attacksAt("entry dropped", name, file, list, count, edit));
}

function attacksAt(group: string, what: string, file: string, place: string, count: number, edit: Edit): Attack[] {
  const name = `${file} ${place}: ${what === "" ? group : what}`;
  const everywhere = { group, name, change: onJson(file, (value) => visit(value, place, edit)) };
  if (count === 1) return [everywhere];
  const change = onJson(file, (value) => {
    const found: (() => void)[] = [];
    visit(value, place, (owner, key) => found.push(() => edit(owner, key)));
    found.at(-1)?.();
  });
  return [everywhere, { group, name: `${name} in its last place`, change }];
}

/** Places as `value.results[].source.path`, each with how often it is there. */
function placesOf(root: Loose): Map<string, number> {
  const places = new Map<string, number>();
  const count = (place: string) => places.set(place, (places.get(place) ?? 0) + 1);
  const walk = (value: unknown, place: string) => {
    if (Array.isArray(value)) {
      if (value.length > 0) count(`${place}[]`);
      for (const entry of value) walk(entry, `${place}[]`);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, entry] of Object.entries(value)) {
        count(`${place}.${key}`);
        walk(entry, `${place}.${key}`);
      }
    }
  };
  walk(root, "value");
  return places;
}

/** Calls `edit` with the owner and the key of everything at a place. */
function visit(value: Loose, place: string, edit: Edit): void {
  const root: unknown = { value };
  const walk = (owner: Loose, key: string, at: string) => {
    if (at === place) return edit(owner, key);
    const inner: unknown = owner[key];
    if (typeof inner !== "object" || inner === null) return;
    for (const next of Object.keys(inner))
      walk(inner as Loose, next, Array.isArray(inner) ? `${at}[]` : `${at}.${next}`);
  };
  walk(root as Loose, "value", "value");
}

function otherType(value: unknown): unknown {
  if (typeof value === "string") return 7;
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null) return { nothing: true };
  return Array.isArray(value) ? { entries: value } : [value];
}
