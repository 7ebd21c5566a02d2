type Version = readonly [number, number, number];
type Comparator = readonly ["<" | ">=", Version];

/**
 * Whether a version MAJOR.MINOR.PATCH lies in a range (K-33); null when the range is none.
 *
 * npm's grammar without prereleases and hyphens: comparators (`>=1.0`, `<2`, `=1.2.3`, `^1.2`, `~1.2`, `1.x`, `*`) with blanks between (all hold), `||` between sets (one holds).
 */
export function isInRange(version: string, range: string): boolean | null {
  const found = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(version);
  if (found === null || range.trim() === "" || range.length > 200) return null;
  const sets = range.split("||").map(comparatorsOf);
  const at: Version = [Number(found[1]), Number(found[2]), Number(found[3])];
  let holds = false;
  for (const set of sets) {
    if (set === null) return null;
    holds ||= set.every(([operator, bound]) => compare(at, bound) < 0 === (operator === "<"));
  }
  return holds;
}

const COMPARATOR = /^(>=|<=|>|<|=|\^|~)?\s*v?(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?$/;

/** Every range is a set of half-open ones. */
function comparatorsOf(set: string): Comparator[] | null {
  const words = set
    .trim()
    .replace(/(>=|<=|>|<|=|\^|~)\s+/g, "$1")
    .split(/\s+/);
  const comparators: Comparator[] = [];
  for (const word of words) {
    const found = COMPARATOR.exec(word);
    if (found === null) return null;
    const [, operator = "=", ...written] = found;
    const parts = written.map((part) => (part === undefined || !/^\d/.test(part) ? null : Number(part)));
    const open = parts.indexOf(null);
    // What is behind an open part is open too: 1.x.3 is 1.
    const known = (open === -1 ? parts : parts.slice(0, open)).map(Number);
    comparators.push(...boundsOf(operator, known));
  }
  return comparators;
}

const LOWEST: Version = [0, 0, 0];

function boundsOf(operator: string, known: readonly number[]): Comparator[] {
  const from: Version = [known[0] ?? 0, known[1] ?? 0, known[2] ?? 0];
  const behind = after(known, known.length);
  const below: Comparator[] = behind === null ? [] : [["<", behind]];
  switch (operator) {
    case ">=":
      return [[">=", from]];
    case "<":
      return [["<", from]];
    case ">":
      return behind === null ? [["<", LOWEST]] : [[">=", behind]];
    case "<=":
      return below;
    case "~":
      return [[">=", from], ...bound(after(known, Math.min(known.length, 2)))];
    case "^":
      return [[">=", from], ...bound(after(known, caretParts(known)))];
    default:
      return [[">=", from], ...below];
  }
}

/** How many parts have to stay as they are: up to the first that is not 0. */
function caretParts(known: readonly number[]): number {
  const first = known.findIndex((part) => part !== 0);
  return first === -1 ? known.length : first + 1;
}

function bound(version: Version | null): Comparator[] {
  return version === null ? [] : [["<", version]];
}

/** The first version behind all that begin with these parts; null when there are none. */
function after(known: readonly number[], parts: number): Version | null {
  if (parts === 0) return null;
  const next = [...known.slice(0, parts - 1), (known[parts - 1] ?? 0) + 1];
  return [next[0] ?? 0, next[1] ?? 0, next[2] ?? 0];
}

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}
