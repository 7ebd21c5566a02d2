import { type LicenseTree, readExpression } from "../../findings/spdx-expression.ts";

/** More choices than anybody writes. */
const MAX_CHOICES = 256;

/**
 * Whether whoever keeps to the row's licence keeps to what a component declares: every choice that the row leaves open has to satisfy it.
 * `MIT` stands for a declared `MIT OR GPL-2.0-only` (the posture that was chosen, A-55), and `MIT AND ISC` for a declared `MIT`.
 * Undefined where one of them is no expression: then there is nothing to compare.
 */
export function agrees(row: string, declared: string): boolean | undefined {
  const [own, other] = [readExpression(row.trim()), readExpression(declared.trim())];
  if ("reason" in own || "reason" in other) return undefined;
  return choicesOf(own)?.every((units) => isSatisfied(other, units)) ?? false;
}

/** LGPL or MPL: may be linked as long as the exact version is known and the notices are kept. An exception for linking lifts that. */
export function isWeakCopyleft(text: string): boolean {
  const tree = readExpression(text.trim());
  return "reason" in tree ? false : isWeak(tree);
}

/** The sets of licences by which an expression can be met; undefined when there are too many. */
function choicesOf(tree: LicenseTree): ReadonlySet<string>[] | undefined {
  if ("unit" in tree) return [new Set([tree.unit])];
  let choices: ReadonlySet<string>[] = tree.operator === "OR" ? [] : [new Set()];
  for (const branch of tree.branches) {
    const inner = choicesOf(branch);
    if (inner === undefined) return undefined;
    choices =
      tree.operator === "OR"
        ? [...choices, ...inner]
        : choices.flatMap((one) => inner.map((other) => new Set([...one, ...other])));
    if (choices.length > MAX_CHOICES) return undefined;
  }
  return choices;
}

function isSatisfied(tree: LicenseTree, units: ReadonlySet<string>): boolean {
  if ("unit" in tree) return units.has(tree.unit);
  const holds = (branch: LicenseTree): boolean => isSatisfied(branch, units);
  return tree.operator === "AND" ? tree.branches.every(holds) : tree.branches.some(holds);
}

function isWeak(tree: LicenseTree): boolean {
  if ("unit" in tree) return /^(?:LGPL|MPL)-/.test(tree.unit) && !/ WITH .*linking-exception/.test(tree.unit);
  return tree.operator === "AND" ? tree.branches.some(isWeak) : tree.branches.every(isWeak);
}
