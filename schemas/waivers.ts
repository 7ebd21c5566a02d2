import { z } from "zod";
import { Sha256 } from "./common.ts";
import { GapCode } from "./finding.ts";

/** OpenVEX 0.2.0's reasons why a vulnerability does not affect a product. */
export const Justification = z.enum([
  "component_not_present",
  "vulnerable_code_not_present",
  "vulnerable_code_not_in_execute_path",
  "vulnerable_code_cannot_be_controlled_by_adversary",
  "inline_mitigations_already_exist",
]);
export type Justification = z.infer<typeof Justification>;

/** What is answered for: exactly one of these. */
export const WaiverSubject = z
  .strictObject({
    /** One finding or gap by its id: it names class, thing and place already. */
    finding: z
      .string()
      .regex(/^[a-z]+-[0-9a-f]{12}$/, "expected the id of a finding or a gap, such as vulnerability-1a2b3c4d5e6f")
      .optional(),
    /** Any id of an advisory: its aliases are meant too. */
    vulnerability: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_]*-[A-Za-z0-9_:.-]+$/, "expected the id of an advisory, such as CVE-2021-23337")
      .optional(),
    /** A licence as the finding names it (its `ruleId`): an SPDX expression, or NOASSERTION. */
    license: z.string().min(1).optional(),
    gap: GapCode.optional(),
    /** The scanner's own rule (`generic-api-key`), or the policy's word (`register.missing`). */
    rule: z.string().min(1).optional(),
  })
  .refine((what) => Object.values(what).filter((value) => value !== undefined).length === 1, {
    error: "expected exactly one of finding, vulnerability, license, gap, rule",
  });
export type WaiverSubject = z.infer<typeof WaiverSubject>;

/** Exactly where: everything that is stated has to hold. */
export const WaiverPlace = z.strictObject({
  /** With a version for that one only; without, `versions` has to say which. */
  purl: z.string().regex(/^pkg:/, "expected a purl, such as pkg:npm/lodash@4.17.20").optional(),
  /** Comparators in the order of the purl's ecosystem: `>=4.17.0 <4.17.21`; `||` between alternatives. */
  versions: z.string().min(1).optional(),
  /** A file or folder of the tree, relative to its root. */
  path: z.string().min(1).optional(),
  /** Content of that file: another content is not covered. */
  sha256: Sha256.optional(),
});
export type WaiverPlace = z.infer<typeof WaiverPlace>;

/** Somebody answers for something at a place, for a reason, until a date. */
export const Waiver = z.strictObject({
  what: WaiverSubject,
  where: WaiverPlace.optional(),
  reason: z.string().min(10, "expected a reason of at least ten characters"),
  /** Why a vulnerability does not affect this software, where that is the reason. */
  justification: Justification.optional(),
  owner: z.string().min(1),
  approver: z.string().min(1),
  /** First and last day on which it counts, in UTC. */
  created: z.iso.date(),
  expires: z.iso.date(),
});
export type Waiver = z.infer<typeof Waiver>;

/** `supply-gate.waivers.yaml`: a closed schema. */
export const WaiverFile = z.strictObject({
  schemaVersion: z.literal("supply-gate/waivers-1"),
  waivers: z.array(Waiver),
});
export type WaiverFile = z.infer<typeof WaiverFile>;
