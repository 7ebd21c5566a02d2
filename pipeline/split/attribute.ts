import type { CellName, Cells } from "../../schemas/cells.ts";
import type { Finding } from "../../schemas/finding.ts";
import { type Pairs, pairsAcross, pairsInTree } from "./same-finding.ts";

/** Whose fault a finding is; `fixed`: base has it, and head has not. */
export type Attribution = "introduced" | "already-there" | "new-advisory" | "fixed";

/** One finding with the cells that hold it. It is told as head knows it; what head does not have, as base does. */
export interface Attributed {
  readonly finding: Finding;
  readonly attribution: Attribution;
  readonly cells: readonly CellName[];
  /** The same by the newest advisories, when they were asked and know it. */
  readonly newest: Finding | undefined;
}

/** The four cells as rows of findings; what no newer snapshot was asked for is null. */
export interface FourCells extends Pick<Cells, "basePinned" | "baseNewest" | "headNewest" | "sameSecrets"> {
  readonly headPinned: readonly Finding[];
}

/**
 * Says of each finding of any cell whose fault it is. The pinned row decides about everything that it holds; the newest row only adds what
 * nobody knew before. So newer advisories never move a finding from one side to the other, and a change never looks like news.
 */
export function attribute(cells: FourCells): Attributed[] {
  const rows = rowsOf(cells);
  const { headPinned, headNewest, basePinned, baseNewest } = rows;
  const still = new Set([rows.pinned, rows.newest, rows.mixed, rows.late].flatMap((pairs) => [...pairs.values()]));
  return [
    ...headPinned.map((finding) => knownOf(finding, rows)),
    ...headNewest.filter((finding) => !rows.headOld.has(finding)).map((finding) => newsOf(finding, rows)),
    ...basePinned.filter((finding) => !still.has(finding)).map((finding) => goneOf(finding, rows)),
    ...baseNewest
      .filter((finding) => !rows.baseOld.has(finding) && !still.has(finding))
      .map((finding): Attributed => ({ finding, attribution: "fixed", cells: ["base-newest"], newest: finding })),
  ];
}

/** The cells, each whole, and which findings of two of them are the same. */
interface Rows {
  readonly asked: boolean;
  readonly headPinned: readonly Finding[];
  readonly headNewest: readonly Finding[];
  readonly basePinned: readonly Finding[];
  readonly baseNewest: readonly Finding[];
  /** Head to base, by the pinned advisories, by the newest, newest to pinned, and pinned to newest. */
  readonly pinned: Pairs;
  readonly newest: Pairs;
  readonly mixed: Pairs;
  readonly late: Pairs;
  /** Pinned to newest in one tree, and back. */
  readonly headNews: Pairs;
  readonly headOld: Pairs;
  readonly baseNews: Pairs;
  readonly baseOld: Pairs;
}

function rowsOf({ headPinned, basePinned, sameSecrets, ...newer }: FourCells): Rows {
  const headNewest = newestRow(headPinned, newer.headNewest);
  const baseNewest = newestRow(basePinned, newer.baseNewest);
  return {
    asked: newer.headNewest !== null,
    headPinned,
    headNewest,
    basePinned,
    baseNewest,
    pinned: pairsAcross(headPinned, basePinned, sameSecrets),
    newest: pairsAcross(headNewest, baseNewest, sameSecrets),
    mixed: pairsAcross(headNewest, basePinned, sameSecrets),
    late: pairsAcross(headPinned, baseNewest, sameSecrets),
    headNews: pairsInTree(headPinned, headNewest),
    headOld: pairsInTree(headNewest, headPinned),
    baseNews: pairsInTree(basePinned, baseNewest),
    baseOld: pairsInTree(baseNewest, basePinned),
  };
}

/** The one kind whose evidence depends on the snapshot. */
export const ADVISED = "vuln_scan";

/** What does not depend on advisories is the same by newer ones. */
function newestRow(pinned: readonly Finding[], advised: readonly Finding[] | null): readonly Finding[] {
  return advised === null ? pinned : [...pinned.filter(({ kind }) => kind !== ADVISED), ...advised];
}

/** What head has by the pinned advisories. */
function knownOf(finding: Finding, { asked, pinned, headNews, late }: Rows): Attributed {
  const isInBase = pinned.has(finding);
  const news = headNews.get(finding);
  return {
    finding,
    attribution: isInBase ? "already-there" : "introduced",
    cells: shown(asked, {
      "head-pinned": true,
      "base-pinned": isInBase,
      "head-newest": news !== undefined,
      "base-newest": late.has(finding),
    }),
    newest: asked ? news : undefined,
  };
}

/** What head has by the newest advisories only: news, unless base did not have it either way. */
function newsOf(finding: Finding, { asked, newest, mixed }: Rows): Attributed {
  const isInBase = newest.has(finding) || mixed.has(finding);
  return {
    finding,
    attribution: isInBase ? "new-advisory" : "introduced",
    cells: shown(asked, {
      "head-pinned": false,
      "base-pinned": mixed.has(finding),
      "head-newest": true,
      "base-newest": newest.has(finding),
    }),
    newest: finding,
  };
}

/** What only base has. */
function goneOf(finding: Finding, { asked, baseNews }: Rows): Attributed {
  const news = baseNews.get(finding);
  const cells = shown(asked, {
    "head-pinned": false,
    "base-pinned": true,
    "head-newest": false,
    "base-newest": news !== undefined,
  });
  return { finding, attribution: "fixed", cells, newest: asked ? news : undefined };
}

const CELLS: readonly CellName[] = ["head-pinned", "base-pinned", "head-newest", "base-newest"];

function shown(asked: boolean, holds: Readonly<Record<CellName, boolean>>): CellName[] {
  return CELLS.filter((name) => holds[name] && (asked || !name.endsWith("-newest")));
}
