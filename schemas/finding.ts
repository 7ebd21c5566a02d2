import { z } from "zod";
import { KindId, Severity } from "./common.ts";

export const FindingClass = z.enum(["secret", "malware", "vulnerability", "informational", "license", "register"]);
export type FindingClass = z.infer<typeof FindingClass>;

export const Location = z.strictObject({
  path: z.string(),
  startLine: z.int().positive().optional(),
  startColumn: z.int().positive().optional(),
  endLine: z.int().positive().optional(),
  endColumn: z.int().positive().optional(),
});
export type Location = z.infer<typeof Location>;

/**
 * One thing found, before policy. `rule` is the policy's word for it (`secret`, `vulnerability.high`, `license.denied`, …).
 *
 * `id` is stable: class, canonical id, purl or path and ordinal; never a line number.
 */
export const Finding = z.strictObject({
  id: z.string(),
  kind: KindId,
  class: FindingClass,
  rule: z.string(),
  /** The tool's own rule, advisory or licence id. */
  ruleId: z.string(),
  severity: Severity,
  title: z.string(),
  locations: z.array(Location),
  purl: z.string().optional(),
  scope: z.enum(["runtime", "development"]).optional(),
  aliases: z.array(z.string()).optional(),
  /** Which source gave the severity: a vector, a word, a number; `none` when nothing did. */
  severitySource: z.string().optional(),
  fixedIn: z.array(z.string()).optional(),
  references: z.array(z.string()).optional(),
  detail: z.string().optional(),
  /** What the author can do about it. */
  next: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** A finding after policy and waivers: what it does to the verdict, and which line of the policy says so. */
export const JudgedFinding = Finding.extend({
  effect: z.enum(["block", "report", "waived"]),
  because: z.string(),
});
export type JudgedFinding = z.infer<typeof JudgedFinding>;

/** Something in the tree that could not be judged: named, counted, priced by policy; never counted as clean. */
export const Gap = z.strictObject({
  code: z.string(),
  path: z.string(),
  subject: z.string(),
  detail: z.string(),
});
export type Gap = z.infer<typeof Gap>;

/** What a job had to look at, what the tool says it saw, and every difference by name. */
export const Coverage = z.strictObject({
  kind: KindId,
  unit: z.string(),
  expected: z.int().nonnegative(),
  seen: z.int().nonnegative(),
  leftOut: z.array(z.strictObject({ reason: z.string(), count: z.int().positive(), examples: z.array(z.string()) })),
  gaps: z.array(Gap),
});
export type Coverage = z.infer<typeof Coverage>;
