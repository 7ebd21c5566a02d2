import type { Gap } from "../../schemas/finding.ts";
import { gapOf } from "../findings/gap.ts";
import { staleRule } from "../policy/rules.ts";
import { dateOf, daysBetween } from "../waivers/days.ts";
import type { DecisionInput } from "./decide.ts";

/** What stands for "now" where neither caller nor repository says which date it is. */
const UNKNOWN_DATE = "1970-01-01T00:00:00.000Z";

/** The gap that stands for advisories which are older at the as-of date than the policy likes: nobody knows what was found out since. */
export function ageGaps({ plan: { advisories, asOf, mode }, policy }: DecisionInput): Gap[] {
  if (advisories === null) return [];
  const newest = dateOf(advisories.newestModified);
  const age = asOf === UNKNOWN_DATE ? null : daysBetween(newest, dateOf(asOf));
  if (staleRule(age, policy, mode) === undefined) return [];
  const detail =
    age === null
      ? `the newest is of ${newest}, and the as-of date is not known`
      : `${age} days older than ${dateOf(asOf)}`;
  return [gapOf({ code: "advisories-old", path: "advisories", subject: newest, detail })];
}
