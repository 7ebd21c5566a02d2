import { z } from "zod";
import { GapCode } from "./finding.ts";

/** Every word that a policy can price. A rule blocks in a mode when that mode's list names it. */
export const RULES = [
  "secret",
  "malware",
  "vulnerability.critical",
  "vulnerability.high",
  "vulnerability.medium",
  "vulnerability.low",
  "vulnerability.none",
  "vulnerability.unknown",
  "informational",
  "license.denied",
  "license.review",
  "license.unknown",
  "license.unparsable",
  "register.missing",
  "register.incomplete",
  "register.isolation",
] as const;

const Rule = z.enum(RULES);
const GapWorth = z.enum(["report", "incomplete"]);
const GapPrices = z.strictObject({ default: GapWorth, codes: z.partialRecord(GapCode, GapWorth) });
/** One word for all gaps, or a word for each name with one for the others. */
const GapPricesFile = z.union([
  GapWorth,
  z.strictObject({
    default: GapWorth.optional(),
    codes: z.partialRecord(GapCode, GapWorth).optional(),
  }),
]);
const Exclusion = z.strictObject({ path: z.string().min(1), reason: z.string().min(1) });

/** A policy as it is applied: nothing left open. */
export const Policy = z.strictObject({
  name: z.string(),
  block: z.strictObject({ review: z.array(Rule), release: z.array(Rule) }),
  /** What a gap (an unpinned requirement, a git dependency, …) is worth in each mode. */
  gaps: z.strictObject({ review: GapPrices, release: GapPrices }),
  licenses: z.strictObject({ allow: z.array(z.string()), deny: z.array(z.string()) }),
  /** Folders and files of the tree that are not judged, each with the reason; they are counted and shown. */
  exclude: z.array(Exclusion),
  /** Path of the register file, relative to the policy file; null when the policy names none. */
  register: z.string().nullable(),
});
export type Policy = z.infer<typeof Policy>;

/** `supply-gate.policy.yaml`: a closed schema; what it leaves out is taken from the policy that it extends. */
export const PolicyFile = z.strictObject({
  schemaVersion: z.literal("supply-gate/policy-1"),
  extends: z.enum(["recommended"]).optional(),
  block: z.strictObject({ review: z.array(Rule).optional(), release: z.array(Rule).optional() }).optional(),
  gaps: z.strictObject({ review: GapPricesFile.optional(), release: GapPricesFile.optional() }).optional(),
  licenses: z.strictObject({ allow: z.array(z.string()).optional(), deny: z.array(z.string()).optional() }).optional(),
  exclude: z.array(Exclusion).optional(),
  register: z.string().optional(),
});
export type PolicyFile = z.infer<typeof PolicyFile>;
