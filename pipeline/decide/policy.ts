import type { Mode } from "../../schemas/common.ts";
import { type Policy, PolicyFile } from "../../schemas/policy.ts";
import { readYaml } from "../../schemas/yaml.ts";
import { digestOf } from "../findings/digest.ts";
import { judgeLicense } from "../findings/license.ts";
import { RECOMMENDED } from "./recommended.ts";

/**
 * Reads a policy file over the built-in policy that it extends; what it leaves out is as there.
 * @throws GateError POLICY_INVALID with line and column
 */
export function readPolicy(text: string, name: string): Policy {
  const file = readYaml(PolicyFile, text, name, "POLICY_INVALID");
  const policy: Policy = {
    name,
    block: {
      review: file.block?.review ?? RECOMMENDED.block.review,
      release: file.block?.release ?? RECOMMENDED.block.release,
    },
    gaps: {
      review: gapPrices(file.gaps?.review, RECOMMENDED.gaps.review),
      release: gapPrices(file.gaps?.release, RECOMMENDED.gaps.release),
    },
    licenses: {
      allow: file.licenses?.allow ?? RECOMMENDED.licenses.allow,
      deny: file.licenses?.deny ?? RECOMMENDED.licenses.deny,
    },
    exclude: file.exclude ?? RECOMMENDED.exclude,
    register: file.register ?? RECOMMENDED.register,
  };
  // Refuses an entry of the licence lists that is no single licence, before anything is scanned.
  judgeLicense(null, policy.licenses);
  return policy;
}

type GapPrices = Policy["gaps"]["review"];

function gapPrices(stated: NonNullable<PolicyFile["gaps"]>["review"], base: GapPrices): GapPrices {
  if (stated === undefined) return base;
  if (typeof stated === "string") return { default: stated, codes: {} };
  return { default: stated.default ?? base.default, codes: { ...base.codes, ...stated.codes } };
}

/** Digest of a policy as it is applied, over canonical JSON: the same rules under another file name are the same policy. */
export function policyDigest({ name: _name, ...rules }: Policy): string {
  return digestOf(rules);
}

/** Whether a rule blocks in a mode, and the line of the policy that says so. */
export function priceOf(policy: Policy, mode: Mode, rule: string): { blocks: boolean; because: string } {
  const blocks = policy.block[mode].some((name) => name === rule);
  return { blocks, because: `${policy.name}: block.${mode} ${blocks ? "names" : "does not name"} ${rule}` };
}
