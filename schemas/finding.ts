import { z } from "zod";
import { KindId, Severity } from "./common.ts";

/** `waiver`: what is wrong with somebody's answer for a finding (it has expired, it covers nothing, …). */
export const FindingClass = z.enum([
  "secret",
  "malware",
  "vulnerability",
  "informational",
  "license",
  "register",
  "waiver",
]);
export type FindingClass = z.infer<typeof FindingClass>;

/** Which part of the gate found it: a job, or the policy itself (waivers). */
export const FoundBy = z.enum([...KindId.options, "policy"]);
export type FoundBy = z.infer<typeof FoundBy>;

/** Whose fault: what the change brings, what was there before it, what only newer advisories know. */
export const Origin = z.enum(["introduced", "already-there", "new-advisory"]);
export type Origin = z.infer<typeof Origin>;

/** What one source says about a finding. */
export const FindingOpinion = z.strictObject({
  source: z.string(),
  id: z.string(),
  severity: Severity,
  detail: z.string(),
});
export type FindingOpinion = z.infer<typeof FindingOpinion>;

export const Location = z.strictObject({
  path: z.string(),
  startLine: z.int().positive().optional(),
  startColumn: z.int().positive().optional(),
  endLine: z.int().positive().optional(),
  endColumn: z.int().positive().optional(),
  /** The place is in the file as of this commit (or tag), not in the tree. */
  commit: z
    .string()
    .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)
    .optional(),
});
export type Location = z.infer<typeof Location>;

/**
 * One thing found, before policy. `rule` is the policy's word for it (`secret`, `vulnerability.high`, `license.denied`, …).
 *
 * `id` is stable: class, canonical id, purl or path and ordinal; never a line number.
 */
export const Finding = z.strictObject({
  id: z.string(),
  kind: FoundBy,
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
  /** Who says what about it, where more than one source was asked; a disagreement never lowers the severity. */
  opinions: z.array(FindingOpinion).optional(),
  /** It is on the list of vulnerabilities that are known to be exploited (KEV). */
  kev: z.boolean().optional(),
  /** Probability that it is exploited within 30 days (EPSS), 0 to 1. */
  epss: z.number().min(0).max(1).optional(),
  /** Against what it was compared with (`--base`); absent where nothing was. */
  origin: Origin.optional(),
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

/** Names of what could not be judged; each has an advice in `decide/gaps.ts` and a worth in the policy. */
export const GapCode = z.enum([
  "unreadable",
  "changed-while-read",
  "submodule-empty",
  "lfs-pointer",
  "archive",
  "too-large",
  "too-deep",
  "nested-history",
  "manifest-without-lockfile",
  "lockfile-not-read",
  "unpinned",
  "unresolved-range",
  "git-dependency",
  "path-dependency",
  "url-dependency",
  "missing-include",
  "transitive-unknown",
  "package-not-scanned",
  "package-not-read",
  "file-not-scanned",
  "file-unread",
  "advisories-old",
]);
export type GapCode = z.infer<typeof GapCode>;

/** Something in the tree that could not be judged: named, counted, priced by policy; never counted as clean. A waiver may name its id. */
export const Gap = z.strictObject({
  id: z.string(),
  code: GapCode,
  path: z.string(),
  subject: z.string(),
  detail: z.string(),
});
export type Gap = z.infer<typeof Gap>;

/** A gap after policy and waivers. */
export const JudgedGap = Gap.extend({ effect: z.enum(["incomplete", "report", "waived"]), because: z.string() });
export type JudgedGap = z.infer<typeof JudgedGap>;

/** Every reason for which something of the inventory may be missing from what a tool saw without being a gap. */
export const DifferenceReason = z.enum([
  "version-control",
  "symlink",
  "special-file",
  "policy",
  "output",
  "binary",
  "lockfile",
  "installed-dependency",
  "development",
  "executable-without-package",
  "not-by-syft",
]);
export type DifferenceReason = z.infer<typeof DifferenceReason>;

/** One sort of thing that a job had to look at: how many there are, how many the tool says it saw, and why not the others. */
export const CoveragePart = z.strictObject({
  unit: z.string(),
  expected: z.int().nonnegative(),
  seen: z.int().nonnegative(),
  leftOut: z.array(
    z.strictObject({ reason: DifferenceReason, count: z.int().positive(), examples: z.array(z.string()) }),
  ),
});
export type CoveragePart = z.infer<typeof CoveragePart>;

/** What a job had to look at, what the tool says it saw, and every difference by name. */
export const Coverage = z.strictObject({
  kind: KindId,
  parts: z.array(CoveragePart),
  gaps: z.array(Gap),
});
export type Coverage = z.infer<typeof Coverage>;

/** What was put beside the real input so that the tool had to find it, and what of it was found: both sorted. */
export const Canaries = z.strictObject({ expected: z.array(z.string()), found: z.array(z.string()) });
export type Canaries = z.infer<typeof Canaries>;
