import type { RegisterRow } from "../../../schemas/register.ts";
import { isStrongCopyleft } from "../../findings/copyleft.ts";
import { readExpression } from "../../findings/spdx-expression.ts";
import { isWeakCopyleft } from "./row-license.ts";

/** What a row does not say yet, as `column` or `column: what is wrong with it`, in the order of the columns (protocol A-51). */
export function incompleteColumns(row: RegisterRow): string[] {
  return [
    ...TEXTS.slice(0, 3).filter((column) => isEmpty(row[column])),
    ...licenseProblem(row.license),
    ...(row.integration_mode_default == null ? ["integration_mode_default"] : []),
    ...(row.capabilities_required == null ? ["capabilities_required"] : []),
    ...TEXTS.slice(3).filter((column) => isEmpty(row[column])),
    ...versionProblem(row),
    ...(row.used_by_modules == null || row.used_by_modules.length === 0 ? ["used_by_modules"] : []),
  ];
}

/** GPL or AGPL that is linked: never (protocol A-54). Of a choice, the better branch counts. */
export function breaksIsolation({ integration_mode_default }: RegisterRow, licenses: readonly string[]): boolean {
  return integration_mode_default === "embedded_lib" && licenses.some(isStrongCopyleft);
}

const TEXTS = ["name", "upstream_ref", "license", "pinning_policy", "compliance_notes", "test_fixture"] as const;

/** Words that hold a place. */
const PLACEHOLDER = /^(?:tbd|todo|fixme|unknown|n\/?a|\?+|-+|\.+)$/i;

function isEmpty(text: string | null | undefined): boolean {
  return text == null || text.trim() === "" || PLACEHOLDER.test(text.trim());
}

function licenseProblem(license: string | null | undefined): string[] {
  if (isEmpty(license)) return [];
  const tree = readExpression((license as string).trim());
  return "reason" in tree ? [`license: ${tree.reason}`] : [];
}

/** LGPL or MPL may be linked only where it is known which version exactly; the notices are a column of every row (protocol A-54). */
function versionProblem({ license, integration_mode_default, upstream_ref, pinning_policy }: RegisterRow): string[] {
  if (integration_mode_default !== "embedded_lib" || license == null || !isWeakCopyleft(license)) return [];
  const isExact = /^pkg:.*@[^/]+$/.test(upstream_ref ?? "") || namesExactVersion(pinning_policy ?? "");
  return isExact || isEmpty(pinning_policy)
    ? []
    : [`pinning_policy: ${license} is linked, and no exact version is named`];
}

/** A version that no range is made of, or the word for that. */
function namesExactVersion(text: string): boolean {
  const versions = [...text.matchAll(/([~^<>=]*)\s*\bv?(\d+(?:\.(?:\d+|[x*]))+)/gi)];
  const isExact = ([, operator = "", version = ""]: RegExpExecArray) => /^=*$/.test(operator) && !/[x*]/i.test(version);
  return /\bexact\b/i.test(text) || versions.some(isExact);
}
