import { digestOf } from "../../pipeline/findings/digest.ts";
import { makePlan } from "../../pipeline/plan/plan.ts";
import { requestOf } from "../support/plan-request.ts";

/** Digest of all that is planned over a tree. */
export function planDigest(root: string): string {
  const { plan, inventory, lockfiles, broken } = makePlan(requestOf(root));
  return digestOf({ plan, inventory, lockfiles, broken });
}
