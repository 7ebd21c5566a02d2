import { PINS } from "../../pipeline/cli/pins.ts";
import type { PlanRequest } from "../../pipeline/plan/plan.ts";
import { policyDigest } from "../../pipeline/policy/read-policy.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";

/** A plan's request for a tree, with the built-in policy and pins, as of the first of January 2026. */
export function requestOf(root: string, more: Partial<PlanRequest> = {}): PlanRequest {
  const policy = more.policy ?? RECOMMENDED;
  return {
    root,
    mode: "review",
    asOf: "2026-01-01T00:00:00.000Z",
    policy,
    policySha256: policyDigest(policy),
    waivers: null,
    pins: PINS,
    advisories: null,
    output: undefined,
    ...more,
  };
}
