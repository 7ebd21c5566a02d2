import type { Mode } from "../../schemas/common.ts";
import type { Finding, JudgedFinding } from "../../schemas/finding.ts";
import type { Policy } from "../../schemas/policy.ts";
import type { Waiver } from "../../schemas/waivers.ts";
import { rulingOn } from "../policy/rules.ts";

interface Pricing {
  readonly policy: Policy;
  readonly mode: Mode;
  /** Who answers for what, by the id of the finding. */
  readonly by: ReadonlyMap<string, Waiver>;
}

/** What a finding does to the verdict: nothing while somebody answers for it, else what the policy's first fitting rule says. */
export function priced(finding: Finding, { policy, mode, by }: Pricing): JudgedFinding {
  const waiver = finding.class === "waiver" ? undefined : by.get(finding.id);
  if (waiver !== undefined) return { ...finding, effect: "waived", because: waivedWords(waiver) };
  return { ...finding, ...rulingOn(finding, policy, mode) };
}

/** Who answers for it, who agreed, until when and why. */
export function waivedWords({ owner, approver, expires, reason }: Waiver): string {
  return `waived by ${owner}, approved by ${approver}, until ${expires}: ${reason}`;
}
