import type { Loose } from "../kinds/attack.ts";

/** A document with one thing wrong in it, as JSON (which is YAML too). */
interface Misspelt {
  readonly name: string;
  readonly text: string;
}

/**
 * Every key of a document misspelt, every word that is not free, and every value of another type, one at a time; of lists the first entry stands for all.
 * @param free places whose text may be anything
 */
export function misspelt(document: object, free: RegExp): Misspelt[] {
  const text = JSON.stringify(document);
  const found: Misspelt[] = [];
  const add = (name: string, path: readonly string[], edit: (owner: Loose, key: string) => void) => {
    const copy = JSON.parse(text) as Loose;
    const owner = path.slice(0, -1).reduce<Loose>((value, key) => value[key] as Loose, copy);
    edit(owner, path.at(-1) as string);
    found.push({ name, text: JSON.stringify(copy) });
  };
  const walk = (value: unknown, path: readonly string[], place: string) => {
    if (Array.isArray(value)) {
      if (value.length > 0) walk(value[0], [...path, "0"], `${place}[]`);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) walkKey(key, inner, [...path, key], `${place}.${key}`);
    } else if (typeof value === "string" && !free.test(place)) {
      add(`${place}: "${value.slice(0, 40)}x"`, path, (owner, key) => Object.assign(owner, { [key]: `${value}x` }));
    }
  };
  const walkKey = (key: string, inner: unknown, path: readonly string[], place: string) => {
    if (path.length === 1 || Number.isNaN(Number(key))) {
      add(`${place}: the key "${key}x"`, path, (owner) => {
        Object.assign(owner, { [`${key}x`]: owner[key] });
        delete owner[key];
      });
    }
    add(`${place}: another type`, path, (owner) =>
      Object.assign(owner, { [key]: typeof inner === "number" ? "7" : 7 }),
    );
    walk(inner, path, place);
  };
  walk(JSON.parse(text), [], "");
  return found;
}
