import type { Coverage, Finding } from "../../../schemas/finding.ts";
import type { Inventory } from "../../../schemas/inventory.ts";
import { findingId } from "../../findings/finding-id.ts";
import { leftOutCounts, unreadableGaps } from "../../findings/left-out.ts";
import type { JudgeInput, Judgement } from "../kind.ts";
import type { SecretReport } from "./reader.ts";

/** Each place where a rule fired is a finding; each file of the inventory was read, or is named with the reason why not. */
export function judgeSecrets({ report, inventory }: JudgeInput<SecretReport>): Judgement {
  const ordinals = new Map<string, number>();
  const findings = report.secrets.map((secret): Finding => {
    const place = `${secret.ruleId}\n${secret.path}`;
    const ordinal = (ordinals.get(place) ?? 0) + 1;
    ordinals.set(place, ordinal);
    const { path, startLine, startColumn, endLine, endColumn } = secret;
    return {
      id: findingId("secret", secret.ruleId, path, String(ordinal)),
      kind: "secret_scan",
      class: "secret",
      rule: "secret",
      ruleId: secret.ruleId,
      severity: "high",
      title: secret.description.replace(/\.$/, ""),
      locations: [{ path, startLine, startColumn, endLine, endColumn }],
      next: "revoke the secret where it was issued, then take it out of the file (and out of the history)",
    };
  });
  return { findings, coverage: coverageOf(inventory), problems: [] };
}

function coverageOf(inventory: Inventory): Coverage {
  const binary = inventory.files.filter(({ encoding }) => encoding === "binary");
  return {
    kind: "secret_scan",
    unit: "files",
    expected: inventory.files.length + unreadableGaps(inventory).length,
    seen: inventory.files.length - binary.length,
    leftOut: leftOutCounts(inventory, [{ reason: "binary", paths: binary.map(({ path }) => path) }]),
    gaps: unreadableGaps(inventory),
  };
}
