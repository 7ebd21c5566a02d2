import type { GitleaksReport } from "../../../schemas/gitleaks.ts";
import type { Landmarks } from "../../../schemas/landmarks.ts";
import type { Region } from "../../findings/matched-text.ts";
import { STRIDE_BYTES, type WindowName } from "../../tree/windows.ts";
import { before, clamped, countWhile, overlapsOf, type Position, type Range } from "./ranges.ts";

type Entry = GitleaksReport[number];

/** What the tool says of a text, and which of its windows it says it of; undefined: of the whole. */
export interface Seen {
  readonly entry: Entry;
  readonly window: WindowName | undefined;
}

export interface Placed {
  readonly entry: Entry;
  readonly region: Region;
}

/**
 * Every match in a text that the tool saw whole, which it cuts, and in windows: with its place in the text, and once. Of matches that a window
 * shows with what stands around them, the window that owns the place is believed; what only the cut whole shows, or the end of a window, counts
 * where nothing else of that rule was found.
 */
export function placesIn(landmarks: Landmarks, seen: readonly Seen[]): Placed[] {
  const sure: Match[] = [];
  const cut: Match[] = [];
  const whole: Entry[] = [];
  for (const { entry, window } of seen) {
    if (window === undefined) whole.push(entry);
    else if (entry.StartLine > 0) {
      const range = rangeInWindow(entry, window, landmarks);
      const sight = sightOf(range, window.from / STRIDE_BYTES, landmarks);
      if (sight !== "another's") (sight === "sure" ? sure : cut).push({ entry, range });
    }
  }
  const isFound = overlapsOf(sure);
  const written = new Set(sure.map(({ entry, range }) => writtenOf(entry.RuleID, range, landmarks)));
  const long = whole.flatMap((entry) => {
    // Nearly all: going through every place that one may have would take minutes where a line holds very many.
    if (written.has(keyOf(entry))) return [];
    const ranges = rangesInWhole(entry, landmarks);
    const isShown = ranges.every((range) => isWithinWindow(range, landmarks));
    const isTwice = (range: Range) => isFound(entry.RuleID, range);
    const drop = ranges.length > 0 && (isShown ? ranges.some(isTwice) : ranges.every(isTwice));
    return drop ? [] : [{ entry, range: ranges[0] }];
  });
  const isFoundToo = overlapsOf([...sure, ...long.filter((match): match is Match => match.range !== undefined)]);
  return [...sure, ...long, ...cut.filter(({ entry, range }) => !isFoundToo(entry.RuleID, range))].map(
    ({ entry, range }) => ({ entry, region: range === undefined ? NOWHERE : regionOf(range) }),
  );
}

/** What the tool says of the whole where it shows this match too. */
function writtenOf(rule: string, { start, end }: Range, { chunks }: Landmarks): string {
  const [line, column] = chunks[countWhile(chunks, (place) => !before(start, place)) - 1] ?? [1, 1];
  const columnOf = (place: Position) => (place[0] === line ? place[1] - column + 1 : place[1] + 1);
  const [StartColumn, EndColumn] = [columnOf(start), columnOf(end)];
  return keyOf({ RuleID: rule, StartLine: start[0], EndLine: end[0], StartColumn, EndColumn });
}

function keyOf(entry: Pick<Entry, "RuleID" | "StartLine" | "EndLine" | "StartColumn" | "EndColumn">): string {
  return `${entry.StartLine}:${entry.StartColumn}-${entry.EndLine}:${entry.EndColumn} ${entry.RuleID}`;
}

interface Match {
  readonly entry: Entry;
  readonly range: Range;
}

/** Of a rule on the name alone. */
const NOWHERE: Region = { startLine: 1, endLine: 1, startColumn: 1, endColumn: 1 };

function regionOf({ start, end }: Range): Region {
  return { startLine: start[0], endLine: end[0], startColumn: start[1], endColumn: end[1] };
}

/** The window's first line has the column that it begins in; columns on it count, as on all lines but a text's first, one too many. */
function rangeInWindow(entry: Entry, { from, shift }: WindowName, { windows, end }: Landmarks): Range {
  const [line, column] = windows[from / STRIDE_BYTES]?.from ?? end;
  const placeOf = (at: number, written: number): Position => {
    if (at <= shift) return [line, column];
    return at === shift + 1
      ? [line, column + Math.max(0, written - 2)]
      : [line + at - shift - 1, Math.max(1, written - 1)];
  };
  const start = placeOf(entry.StartLine, entry.StartColumn);
  const last = entry.EndColumn === 0 ? end : placeOf(entry.EndLine, entry.EndColumn);
  return clamped({ start, end: last }, end);
}

/** Whether a window is the one to say what is there; "cut": it may be more than the window shows. */
function sightOf({ start, end }: Range, index: number, { windows }: Landmarks): "sure" | "cut" | "another's" {
  const [previous, own, next] = [windows[index - 1], windows[index], windows[index + 1]];
  if (own === undefined || (next !== undefined && !before(start, next.owns))) return "another's";
  if (before(start, own.owns)) return previous === undefined || before(end, previous.upTo) ? "another's" : "cut";
  return next === undefined || before(end, own.upTo) ? "sure" : "cut";
}

/** The places that a match of the whole may have: more than one where a line is longer than a chunk, in whose columns it is counted. */
function rangesInWhole({ StartLine, EndLine, StartColumn, EndColumn }: Entry, { chunks, end }: Landmarks): Range[] {
  if (StartLine === 0) return [];
  const ranges: Range[] = [];
  // The first chunk that reaches the match's last line, and those after it that begin no later than its first.
  for (let index = countWhile(chunks, ([line]) => line < EndLine); index <= chunks.length; index++) {
    const [line, column] = chunks[index - 1] ?? [1, 1];
    const next = chunks[index] ?? end;
    if (line > StartLine) break;
    // Without an end column it ends on the chunk's last line, which no line feed ends, and begins on another.
    const isOpen = EndColumn === 0;
    if (isOpen && StartLine === next[0]) continue;
    const placeOf = (at: number, written: number): Position =>
      at === line ? [at, column + written - 1] : [at, Math.max(1, written - 1)];
    const start = placeOf(StartLine, StartColumn);
    const last: Position = isOpen ? [next[0], 1] : placeOf(EndLine, EndColumn);
    if (before(start, next) && !before(next, last)) ranges.push(clamped({ start, end: last }, end));
  }
  return ranges;
}

/** Whether a window shows all of it, with what stands around. */
function isWithinWindow({ start, end }: Range, { windows }: Landmarks): boolean {
  const index = countWhile(windows, ({ owns }) => !before(start, owns)) - 1;
  return index === windows.length - 1 || before(end, windows[index]?.upTo ?? start);
}
