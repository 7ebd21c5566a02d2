import type { Plan } from "../../schemas/plan.ts";
import type { Step } from "../../schemas/step.ts";
import { digestOf } from "../findings/digest.ts";

/** What a verdict depends on beside the tree; `step` null for a check of our own. */
export interface Configuration extends Pick<Plan, "mode" | "asOf" | "policy" | "waivers" | "pins" | "advisories"> {
  readonly registrySha256: string;
  readonly step: Step | null;
}

/** G-13, J-62: one hash over everything that can change the verdict: mode, date, policy, waivers, pins, advisories, registry, and the tool's argv, configuration and limits. */
export function configHash(configuration: Configuration): string {
  const { mode, asOf, policy, waivers, pins, advisories, registrySha256, step } = configuration;
  return digestOf({ mode, asOf, policy, waivers, pins, advisories, registrySha256, step });
}
