import { GateError } from "../../../schemas/error.ts";
import type { GitleaksReport } from "../../../schemas/gitleaks.ts";
import type { HistoryPlace, HistoryScan } from "../../../schemas/history.ts";
import { matchedText, type Region } from "../../findings/matched-text.ts";
import type { LineRuns, Piece, StagedHistory } from "../../tree/staged-history.ts";
import { type CutText, foundInCutTexts } from "./cut-texts.ts";

type Entry = GitleaksReport[number];

/** A secret in the history: one for each rule, path and matched text, with all the places where a commit brings it, earliest first. */
export interface HistorySecret {
  readonly ruleId: string;
  readonly description: string;
  readonly path: string;
  readonly places: readonly [HistoryPlace, ...HistoryPlace[]];
  /** Same rule, path and text, same key; it is made of the secret and must not leave the process. */
  readonly key: string;
}

/** Key of a match: what {@link HistorySecret} is grouped by. */
export function secretKey(ruleId: string, path: string, text: Buffer, region: Region): string {
  return JSON.stringify([ruleId, path, matchedText(text, region)]);
}

/**
 * What the tool found below `{scan}/history`, back in the commits that bring it, and the canaries that it found there.
 * A match that lies in unchanged lines alone was brought by an earlier commit, and is told there.
 * @throws GateError DOCUMENT_INVALID for a finding in a file that was never staged
 */
export function historySecrets(
  entries: readonly Entry[],
  history: StagedHistory,
  regionOf: (entry: Entry) => Region,
): { secrets: HistorySecret[]; canaries: string[] } {
  const canaries = new Set<string>();
  const groups = new Map<string, Omit<HistorySecret, "places"> & { places: HistoryPlace[] }>();
  for (const { entry, region, name } of placesOf(entries, history, regionOf)) {
    const piece = history.pieces.get(name);
    if (piece === undefined) {
      throw new GateError("DOCUMENT_INVALID", "gitleaks report: a finding in a file that was never staged");
    }
    const matched = matchedText(history.readPiece(name), region);
    for (const origin of piece.origins) {
      const place = placeIn(origin, piece, entry, region);
      if (place === null) continue;
      const way = history.canaries.get(origin.commit);
      if (way !== undefined) {
        canaries.add(way);
        continue;
      }
      const key = JSON.stringify([entry.RuleID, origin.path, matched]);
      const group = groups.get(key) ?? {
        ruleId: entry.RuleID,
        description: entry.Description,
        path: origin.path,
        places: [],
        key,
      };
      groups.set(key, group);
      group.places.push(place);
    }
  }
  const secrets = [...groups.values()].map((group) => ({ ...group, places: sorted(group.places, history.order) }));
  return { secrets, canaries: [...canaries].sort() };
}

/** Places in the pieces, each once. */
function placesOf(entries: readonly Entry[], { pieces }: StagedHistory, regionOf: (entry: Entry) => Region) {
  const nameOf = (file: string) => file.slice("history/".length);
  const { whole, cut } = foundInCutTexts(entries, cutPieces(pieces));
  return [
    ...whole.map((entry) => ({ entry, region: regionOf(entry), name: nameOf(entry.File) })),
    ...cut.map(({ entry, region, text }) => ({ entry, region, name: text.name })),
  ];
}

interface CutPiece extends CutText {
  readonly name: string;
}

function cutPieces(pieces: StagedHistory["pieces"]) {
  const cut = [...pieces].flatMap(([name, { landmarks }]) =>
    landmarks === undefined ? [] : [[`history/${name}`, { name, landmarks, lineShift: 0 }] as const],
  );
  const byName = new Map<string, CutPiece>(cut);
  return (name: string) => byName.get(name);
}

function placeIn(
  { commit, oid, isNew, runs }: Piece["origins"][number],
  { shift }: Piece,
  { StartLine }: Entry,
  { startLine, endLine, startColumn, endColumn }: Region,
): HistoryPlace | null {
  // A rule on the name alone gives no line: the file's first appearance is what counts.
  if (StartLine === 0 || runs.length === 0) {
    return isNew ? { commit, oid, startLine: 1, endLine: 1, startColumn: 1, endColumn: 1 } : null;
  }
  const [first, last] = [startLine - shift, endLine - shift];
  if (!bringsAny(runs, first, last)) return null;
  const start = lineIn(runs, first);
  return { commit, oid, startLine: start, endLine: Math.max(start, lineIn(runs, last)), startColumn, endColumn };
}

function bringsAny(runs: LineRuns, first: number, last: number): boolean {
  return triples(runs).some(([at, , count]) => count > 0 && at <= last && at + count > first);
}

/** The file's line of a piece's line; of one between two runs, the last line before it. */
function lineIn(runs: LineRuns, line: number): number {
  let found = 1;
  for (const [at, inFile, count] of triples(runs)) {
    if (at > line) break;
    found = inFile + Math.min(line - at, Math.abs(count) - 1);
  }
  return found;
}

function triples(runs: LineRuns): [number, number, number][] {
  return Array.from({ length: runs.length / 3 }, (_, at) => runs.slice(at * 3, at * 3 + 3) as [number, number, number]);
}

/** Parents before children, then by place; each once: base64 and its content may match at the same place. */
function sorted(
  places: readonly HistoryPlace[],
  order: ReadonlyMap<string, number>,
): [HistoryPlace, ...HistoryPlace[]] {
  const rank = (place: HistoryPlace) => [
    order.get(place.commit) ?? order.size,
    place.startLine,
    place.startColumn,
    place.endLine,
    place.endColumn,
  ];
  const distinct = [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
  distinct.sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at < 0 ? 0 : (left[at] as number) - (right[at] as number);
  });
  return distinct as [HistoryPlace, ...HistoryPlace[]];
}

/** What of the history counts as scanned, as the evidence tells it: the same whether commits were remembered or not. */
export function historyScan({ summary, staged, remembered, problems }: StagedHistory): HistoryScan {
  const all = [...staged, ...remembered];
  const gaps = new Map(all.flatMap((commit) => commit.gaps).map((gap) => [JSON.stringify([gap.path, gap.code]), gap]));
  return {
    ...summary,
    texts: all.reduce((sum, { texts }) => sum + texts, 0),
    binaries: all.reduce((sum, { binaries }) => sum + binaries, 0),
    gaps: [...gaps].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gap]) => gap),
    problems: [...summary.problems, ...problems],
  };
}
