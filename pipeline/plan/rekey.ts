import type { Inventory } from "../../schemas/inventory.ts";
import type { Plan } from "../../schemas/plan.ts";
import type { WaiverFile } from "../../schemas/waivers.ts";
import { digestOf } from "../findings/digest.ts";
import { kindOf } from "../kinds/index.ts";
import { type KeyedBy, keyedJob } from "./plan.ts";

/** What the plan's digests are taken of, beside its own steps. */
export interface KeyedContent extends Pick<KeyedBy, "policySha256" | "pins"> {
  readonly inventory: Inventory;
  readonly waivers: WaiverFile | null;
}

/** A plan whose texts were changed after it was made, with the digests and keys that go with them: a digest of a secret tells the secret. */
export function rekeyed(plan: Plan, { inventory, waivers, policySha256, pins }: KeyedContent): Plan {
  const sha256 = digestOf(inventory);
  const keys = { policySha256, pins, advisories: plan.advisories, inventory };
  return {
    ...plan,
    policy: { ...plan.policy, sha256: policySha256 },
    waivers: waivers === null ? null : { sha256: digestOf(waivers), count: waivers.waivers.length },
    inventory: { ...plan.inventory, sha256 },
    jobs: plan.jobs.map((job) =>
      job.state === "denied" ? job : keyedJob(kindOf(job.kind), job, keys, sha256, plan.inventory.bytes),
    ),
  };
}
