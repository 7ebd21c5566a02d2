import { z } from "zod";
import { Cells } from "./cells.ts";
import { Sha256 } from "./common.ts";
import { LicenseFact } from "./license-fact.ts";
import { Opinions } from "./opinion.ts";
import { Waiver } from "./waivers.ts";

/** What exploit lists say of the vulnerabilities that were found, by CVE id: only those are kept. */
export const ExploitLists = z.strictObject({
  kev: z.strictObject({ sha256: Sha256, version: z.string() }).nullable(),
  epss: z.strictObject({ sha256: Sha256, version: z.string() }).nullable(),
  entries: z.record(z.string(), z.strictObject({ kev: z.boolean(), epss: z.number().min(0).max(1).optional() })),
});
export type ExploitLists = z.infer<typeof ExploitLists>;

/** `evidence/known.json`: what was known beside the tree, the tools and the policy, and counted. */
export const Known = z.strictObject({
  schemaVersion: z.literal("supply-gate/known-1"),
  cells: Cells.nullable(),
  exploits: ExploitLists.nullable(),
  /** What other tools say of lockfiles of this tree. */
  opinions: z.array(Opinions),
  /** What VEX documents that the policy names say, as waivers; their owner is the document. */
  vex: z.array(Waiver),
  /** What the archives of locked dependencies say of their licences, sorted by purl. */
  facts: z.array(LicenseFact),
});
export type Known = z.infer<typeof Known>;

/** Nothing was known besides. */
export const NOTHING_KNOWN: Known = {
  schemaVersion: "supply-gate/known-1",
  cells: null,
  exploits: null,
  opinions: [],
  vex: [],
  facts: [],
};
