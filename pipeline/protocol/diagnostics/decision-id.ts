import { digestOf, uuidOf } from "../../findings/digest.ts";

/** Tag of a diagnostic that no policy had a word about (VAL-POLICY-001). */
export const NOT_EVALUATED = "policy-not-evaluated";

/** The policy's decision about one finding or gap: from the digest of the policy as it was applied, and the id of what it was about. */
export function policyDecisionId(policySha256: string, subjectId: string): string {
  return uuidOf(digestOf({ policy: policySha256, subject: subjectId }));
}
