import type { Policy } from "../../schemas/policy.ts";
import { RECOMMENDED } from "./recommended.ts";

/** Everything that is not known to be good blocks, in both modes; waivers have to be short, used and exact; advisories a week old at most. */
export const STRICT: Policy = {
  ...RECOMMENDED,
  name: "strict",
  rules: [
    { id: "secrets", class: "secret", effect: "block" },
    { id: "malware", class: "malware", effect: "block" },
    { id: "exploited", class: "vulnerability", kev: true, effect: "block" },
    {
      id: "vulnerabilities",
      class: "vulnerability",
      severity: ["critical", "high", "medium", "unknown"],
      effect: "block",
    },
    { id: "licenses", class: "license", effect: "block" },
    { id: "register", class: "register", effect: "block" },
    { id: "waivers-about-to-end", class: "waiver", waiver: ["expiring", "unmatched"], effect: "report" },
    { id: "waivers", class: "waiver", effect: "block" },
    { id: "listed", class: ["vulnerability", "informational"], effect: "report" },
    { id: "gaps", class: "coverage", effect: "incomplete" },
    { id: "advisories", class: "freshness", olderThanDays: 7, effect: "incomplete" },
  ].map((rule) => ({ ...rule, at: "strict" }) as Policy["rules"][number]),
  waivers: { maxDays: 90, warnDays: 14 },
};
