import { compareVersions } from "./compare.ts";

/**
 * Whether a version lies in a range: comparators (`>=4.17.0 <4.17.21`, `=1.2.3`) that all hold, `||` between alternatives, in the order of
 * the ecosystem. undefined where that order is not known here or a version can't be read by it: unknown is neither in nor out.
 */
export function satisfies(ecosystem: string, version: string, range: string): boolean | undefined {
  const answers = range.split("||").map((part) => holdsAll(ecosystem, version, part));
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

const COMPARATOR = /(<=|>=|<|>|=)\s*([^\s<>=|]+)/g;

function holdsAll(ecosystem: string, version: string, part: string): boolean | undefined {
  const comparators = [...part.matchAll(COMPARATOR)];
  if (comparators.length === 0 || part.replace(COMPARATOR, "").trim() !== "") return undefined;
  const answers = comparators.map(([, operator = "", bound = ""]) => {
    const order = compareVersions(ecosystem, version, bound);
    return order === undefined ? undefined : HOLDS[operator]?.(order);
  });
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

const HOLDS: Readonly<Record<string, (order: -1 | 0 | 1) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "=": (order) => order === 0,
};
