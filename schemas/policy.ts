import { z } from "zod";
import { Ecosystem, Mode, Severity, Sha256 } from "./common.ts";
import { FindingClass, GapCode, Origin } from "./finding.ts";

/** What a rule can speak of: findings by their class, `coverage` (gaps), `freshness` (age of the advisories). */
export const RuleClass = z.enum([...FindingClass.options, "coverage", "freshness"]);
export type RuleClass = z.infer<typeof RuleClass>;

/** What a policy says to a licence that is not allowed. */
export const LicenseProblem = z.enum(["denied", "review", "unknown", "unparsable"]);

/** What can be wrong with a register. */
export const RegisterProblem = z.enum(["missing", "incomplete", "isolation", "disagrees", "dead"]);

/** What can be wrong with a waiver. */
export const WaiverProblem = z.enum([
  "expired",
  "expiring",
  "not-yet",
  "unused",
  "misplaced",
  "duplicate",
  "dead-clarification",
  "unmatched",
]);
export type WaiverProblem = z.infer<typeof WaiverProblem>;

const Effect = z.enum(["block", "report", "incomplete"]);

const selectors = {
  class: z.union([RuleClass, z.array(RuleClass).min(1)]).describe("what the rule speaks of"),
  modes: z.array(Mode).min(1).optional().describe("only in these modes; all when left out"),
  severity: z.array(Severity).min(1).optional(),
  scope: z.enum(["runtime", "development"]).optional(),
  ecosystem: z.array(Ecosystem).min(1).optional(),
  purl: z.array(z.string()).min(1).optional().describe("packages, with or without a version"),
  path: z.array(z.string().min(1)).min(1).optional().describe("files or folders of the tree"),
  ruleId: z.array(z.string().min(1)).min(1).optional().describe("ids of scanner rules, advisories or licences"),
  license: z.array(LicenseProblem).min(1).optional(),
  register: z.array(RegisterProblem).min(1).optional(),
  waiver: z.array(WaiverProblem).min(1).optional(),
  gap: z.array(GapCode).min(1).optional(),
  origin: z.array(Origin).min(1).optional().describe("against the base; matches nothing without --base"),
  kev: z.boolean().optional().describe("known to be exploited, by the policy's KEV file"),
  epssAtLeast: z.number().min(0).max(1).optional(),
  fix: z.enum(["known", "unknown"]).optional().describe("whether a fixed version is known"),
  olderThanDays: z.int().nonnegative().optional().describe("age of the advisory snapshot at the as-of date"),
};

/** One rule: the first one whose every selector fits decides. */
export const PolicyRule = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "expected an id such as no-agpl"),
    ...selectors,
    effect: Effect,
    reason: z.string().min(1).optional(),
  })
  .superRefine((rule, context) => {
    const classes = [rule.class].flat();
    for (const [key, fitting] of Object.entries(CLASSES_OF)) {
      if (rule[key as keyof typeof rule] === undefined) continue;
      const other = classes.find((name) => !fitting.includes(name));
      if (other !== undefined) {
        context.addIssue({ code: "custom", path: [key], message: `says nothing about class ${other}` });
      }
    }
    const unable = classes.find((name) => UNJUDGED.includes(name) !== (rule.effect === "incomplete"));
    if (rule.effect !== "report" && unable !== undefined) {
      const expected = UNJUDGED.includes(unable) ? "incomplete or report" : "block or report";
      context.addIssue({
        code: "custom",
        path: ["effect"],
        message: `found ${rule.effect}, expected ${expected} for class ${unable}`,
      });
    }
  });
export type PolicyRule = z.infer<typeof PolicyRule>;

const UNJUDGED: readonly RuleClass[] = ["coverage", "freshness"];
const PACKAGES: readonly RuleClass[] = ["malware", "vulnerability", "informational", "license", "register"];

/** Selectors that mean something for some classes only. */
const CLASSES_OF: Readonly<Record<string, readonly RuleClass[]>> = {
  severity: ["malware", "vulnerability", "informational"],
  scope: PACKAGES,
  ecosystem: PACKAGES,
  purl: PACKAGES,
  path: ["secret", ...PACKAGES, "coverage"],
  ruleId: ["secret", ...PACKAGES],
  license: ["license"],
  register: ["register"],
  waiver: ["waiver"],
  gap: ["coverage"],
  origin: ["secret", ...PACKAGES],
  kev: ["vulnerability"],
  epssAtLeast: ["vulnerability"],
  fix: ["vulnerability"],
  olderThanDays: ["freshness"],
};

const Exclusion = z.strictObject({ path: z.string().min(1), reason: z.string().min(1) });

/** What the licence text of a file says, by somebody who read it: it counts as long as the file's content is the same. */
export const Clarification = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe("a file of the tree; with a purl, of that package's archive, without the folder around all of it"),
  purl: z.string().min(1).optional().describe("the package whose archive holds the file, with or without a version"),
  sha256: Sha256,
  license: z.string().min(1).describe("SPDX expression of what it says"),
  reason: z.string().min(10),
});
export type Clarification = z.infer<typeof Clarification>;

/** A file beside the policy that counts, with its content. */
const PinnedFile = z.strictObject({ file: z.string().min(1), sha256: Sha256 });
const WaiverTerms = z.strictObject({
  maxDays: z.int().positive().describe("a waiver may count for so many days"),
  warnDays: z.int().nonnegative().describe("so many days before its end it is told"),
});
/** Exploit lists: CISA's catalogue of what is known to be exploited (KEV, JSON), FIRST's probabilities (EPSS, CSV). */
const Intelligence = z.strictObject({ kev: PinnedFile.optional(), epss: PinnedFile.optional() });

const VexFile = z.strictObject({ ...PinnedFile.shape, format: z.enum(["openvex", "cyclonedx", "csaf"]) });

/** Names of the policies that come with the gate. */
export const BuiltIn = z.enum(["recommended", "strict", "observe"]);
export type BuiltIn = z.infer<typeof BuiltIn>;

/** A policy as it is applied: nothing left open. `at` says where a rule stands: `policy.yaml:14`, or the name of a built-in. */
export const Policy = z.strictObject({
  name: z.string(),
  rules: z.array(z.strictObject({ ...PolicyRule.shape, at: z.string() })),
  licenses: z.strictObject({ allow: z.array(z.string()), deny: z.array(z.string()), clarify: z.array(Clarification) }),
  waivers: WaiverTerms,
  /** Folders and files of the tree that are not judged, each with the reason; they are counted and shown. */
  exclude: z.array(Exclusion),
  /** Path of the register file, relative to the policy file; null when the policy names none. */
  register: z.string().nullable(),
  intelligence: Intelligence,
  /** VEX documents that count, by their content. */
  vex: z.array(VexFile),
});
export type Policy = z.infer<typeof Policy>;
export type EffectiveRule = Policy["rules"][number];

/** `supply-gate.policy.yaml`: a closed schema. Own rules stand before those of what it extends; what else it leaves out is as there. */
export const PolicyFile = z.strictObject({
  schemaVersion: z.literal("supply-gate/policy-1"),
  extends: z
    .union([BuiltIn, PinnedFile])
    .optional()
    .describe("a built-in policy (recommended when left out), or a file by its digest"),
  rules: z.array(PolicyRule).optional(),
  licenses: z
    .strictObject({
      allow: z.array(z.string()).optional(),
      deny: z.array(z.string()).optional(),
      clarify: z.array(Clarification).optional(),
    })
    .optional(),
  waivers: WaiverTerms.partial().optional(),
  exclude: z.array(Exclusion).optional(),
  register: z.string().optional(),
  intelligence: Intelligence.optional(),
  vex: z.array(VexFile).optional(),
});
export type PolicyFile = z.infer<typeof PolicyFile>;
