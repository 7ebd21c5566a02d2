import exceptions from "spdx-exceptions/index.json" with { type: "json" };
import { expressionOf, type LicenseTree, readExpression } from "../findings/spdx-expression.ts";

/** A stated licence as the formats can carry it: one listed id, a valid expression (with the `LicenseRef-`s it uses), or words. */
export type LicenseForm =
  | { readonly form: "id"; readonly id: string }
  | { readonly form: "expression"; readonly expression: string; readonly references: readonly string[] }
  | { readonly form: "text"; readonly text: string };

/** What a stated licence is. Strict: what the formats' own grammar would refuse is words, verbatim. */
export function licenseForm(stated: string): LicenseForm {
  const tree = readExpression(stated);
  if ("reason" in tree) return { form: "text", text: stated };
  const units = unitsOf(tree);
  if (!units.every(isPortable)) return { form: "text", text: stated };
  const expression = expressionOf(tree);
  const references = [...new Set(units.filter(isReference))].sort();
  const single = units.length === 1 && references.length === 0 && !/[+ ]/.test(expression);
  return single ? { form: "id", id: expression } : { form: "expression", expression, references };
}

/** Valid in both formats: a listed licence, with a listed exception if any, or a reference that the document itself can define. */
function isPortable(unit: string): boolean {
  const [license = "", exception] = unit.split(" WITH ");
  if (!isReference(license) && /Ref-/.test(license)) return false;
  return exception === undefined || exceptions.includes(exception);
}

function isReference(unit: string): boolean {
  return unit.startsWith("LicenseRef-");
}

function unitsOf(tree: LicenseTree): string[] {
  return "unit" in tree ? [tree.unit] : tree.branches.flatMap(unitsOf);
}
