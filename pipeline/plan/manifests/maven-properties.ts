import { lockfileInvalid } from "./reader.ts";

const MAX_LENGTH = 10_000;
const MAX_STEPS = 10_000;
const MAX_DEPTH = 64;

interface Filled {
  readonly value: string;
  /** How often a tool that remembers nothing fills in something for it. */
  readonly steps: number;
}

/**
 * Fills in `${…}` with properties, and in what they hold likewise. One that is unknown, or needs itself, stays as it is written.
 *
 * Every property is filled in once, and at once: a bomb is found even where nothing asks for it, since osv-scanner would go off.
 * @throws GateError LOCKFILE_INVALID for properties that grow without end
 */
export function interpolation(path: string, properties: ReadonlyMap<string, string>): (text: string) => string {
  const done = new Map<string, Filled>();
  const open = new Set<string>();
  const fill = (text: string): Filled => {
    let steps = 1;
    const value = text.replace(/\$\{([^{}]*)\}/g, (written, key: string) => {
      const known = propertyOf(key);
      steps += known?.steps ?? 0;
      return known?.value ?? written;
    });
    if (value.length <= MAX_LENGTH && steps <= MAX_STEPS) return { value, steps };
    throw lockfileInvalid(path, "properties that grow without end", "values of at most 10,000 characters");
  };
  const propertyOf = (key: string): Filled | undefined => {
    const written = properties.get(key);
    if (written === undefined || open.has(key)) return undefined;
    const known = done.get(key);
    if (known !== undefined) return known;
    if (open.size >= MAX_DEPTH) {
      throw lockfileInvalid(path, "properties that need each other without end", `at most ${MAX_DEPTH} levels`);
    }
    open.add(key);
    const filled = fill(written);
    open.delete(key);
    done.set(key, filled);
    return filled;
  };
  for (const key of properties.keys()) propertyOf(key);
  return (text) => fill(text).value;
}
