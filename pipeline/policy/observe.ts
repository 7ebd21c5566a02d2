import type { Policy } from "../../schemas/policy.ts";
import { RECOMMENDED } from "./recommended.ts";

/** Nothing blocks: for the first weeks, to see what there is. A scanner that did not look still makes the verdict INCOMPLETE. */
export const OBSERVE: Policy = {
  ...RECOMMENDED,
  name: "observe",
  rules: [
    {
      id: "findings",
      class: ["secret", "malware", "vulnerability", "informational", "license", "register", "waiver"],
      effect: "report",
    },
    { id: "gaps", class: ["coverage", "freshness"], effect: "report" },
  ].map((rule) => ({ ...rule, at: "observe" }) as Policy["rules"][number]),
  waivers: { maxDays: 365, warnDays: 14 },
};
