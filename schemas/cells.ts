import { z } from "zod";
import { KindId, Sha256 } from "./common.ts";
import { Finding } from "./finding.ts";

/** What a tree is compared with: a commit of its repository, another tree, or the results of an earlier run. */
export const BaseKind = z.enum(["ref", "tree", "results"]);
export type BaseKind = z.infer<typeof BaseKind>;

/** The four cells: a tree before and after the change, by the pinned and by the newest advisories. */
export const CellName = z.enum(["head-pinned", "base-pinned", "head-newest", "base-newest"]);
export type CellName = z.infer<typeof CellName>;

/** A job that could not say all for a cell: what is not in that cell may be missing from it. */
export const CellProblem = z.strictObject({ cell: CellName, kind: KindId.nullable(), message: z.string() });
export type CellProblem = z.infer<typeof CellProblem>;

/**
 * `evidence/cells.json`: what head is compared with. Findings are those before policy, waivers and origin.
 *
 * The newest cells hold what depends on advisories (`vuln_scan`); everything else is there as in the pinned ones.
 */
export const Cells = z.strictObject({
  schemaVersion: z.literal("supply-gate/cells-1"),
  /** `name`: the commit's name, or what the caller called the folder. */
  base: z.strictObject({ kind: BaseKind, name: z.string(), inventorySha256: Sha256 }),
  /** null: no newer snapshot than the pinned one was looked at; both newest cells are null then. */
  newest: z.strictObject({ snapshotId: Sha256, newestModified: z.string() }).nullable(),
  basePinned: z.array(Finding),
  baseNewest: z.array(Finding).nullable(),
  headNewest: z.array(Finding).nullable(),
  /**
   * Secrets of head that base has too: the very same text, found by the same rule in the same file. Ids can't tell, since they are made
   * without the secret's text. `base` is null for one that only the history of base holds.
   */
  sameSecrets: z.array(z.strictObject({ head: z.string(), base: z.string().nullable() })),
  problems: z.array(CellProblem),
});
export type Cells = z.infer<typeof Cells>;

const Gone = z.strictObject({
  id: z.string(),
  ruleId: z.string(),
  purl: z.string().optional(),
  title: z.string(),
});

/** The split of a verdict by whose fault it is: ids of findings, and what is there no longer. Each list is sorted by id. */
export const Split = z.strictObject({
  base: Cells.shape.base,
  newest: Cells.shape.newest,
  introduced: z.array(z.string()),
  alreadyThere: z.array(z.string()),
  newInAdvisories: z.array(z.string()),
  /** In base, and not in head. */
  fixed: z.array(Gone),
  /** Findings that the newest advisories no longer know. */
  withdrawn: z.array(z.string()),
  /** Findings that the newest advisories rate otherwise: rules such as `vulnerability.low`. */
  restated: z.array(z.strictObject({ id: z.string(), from: z.string(), to: z.string() })),
  problems: z.array(CellProblem),
});
export type Split = z.infer<typeof Split>;
