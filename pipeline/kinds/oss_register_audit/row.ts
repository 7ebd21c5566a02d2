import type { RegisterRow } from "../../../schemas/register.ts";
import { isStrongCopyleft } from "../../findings/copyleft.ts";
import { readExpression } from "../../findings/spdx-expression.ts";

/** What a row does not say yet, as `column` or `column: what is wrong with it`, in the order of the columns (protocol A-51). */
export function incompleteColumns(row: RegisterRow): string[] {
  return [
    ...TEXTS.slice(0, 3).filter((column) => isEmpty(row[column])),
    ...licenseProblem(row.license),
    ...(row.integration_mode_default == null ? ["integration_mode_default"] : []),
    ...(row.capabilities_required == null ? ["capabilities_required"] : []),
    ...TEXTS.slice(3).filter((column) => isEmpty(row[column])),
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
