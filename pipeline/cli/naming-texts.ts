import type { Cells } from "../../schemas/cells.ts";
import type { DecisionInput } from "../decide/decide.ts";

/** Everything that names a CVE which may become a finding. */
export function namingTexts(
  { evidence, known: { opinions } }: Pick<DecisionInput, "evidence" | "known">,
  cells: Cells | null,
): string[] {
  return [evidence.get("vuln_scan")?.report, opinions, cells].map((value) => JSON.stringify(value ?? null));
}
