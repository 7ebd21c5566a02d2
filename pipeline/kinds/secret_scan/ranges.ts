/** Line and column, from one. */
export type Position = readonly [line: number, column: number];

/** From the first byte to the last, which belongs to it. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export function before([line, column]: Position, [otherLine, otherColumn]: Position): boolean {
  return line < otherLine || (line === otherLine && column < otherColumn);
}

/** The range without what lies behind a text's end (the place past its last byte). */
export function clamped({ start, end }: Range, textEnd: Position): Range {
  const last: Position = [textEnd[0], Math.max(1, textEnd[1] - 1)];
  const cut = (place: Position) => (before(last, place) ? last : place);
  return { start: cut(start), end: cut(end) };
}

/** Tells whether a range shares a place with a match of the same rule; in logarithmic time, since a text may be full of them. */
export function overlapsOf(
  matches: readonly { readonly entry: { readonly RuleID: string }; readonly range: Range }[],
): (rule: string, range: Range) => boolean {
  const byRule = new Map<string, Range[]>();
  for (const { entry, range } of matches) {
    const ranges = byRule.get(entry.RuleID) ?? [];
    byRule.set(entry.RuleID, ranges);
    ranges.push(range);
  }
  const farthest = new Map([...byRule].map(([rule, ranges]) => [rule, farthestEnds(ranges)]));
  return (rule, { start, end }) => {
    const ranges = byRule.get(rule) ?? [];
    const last = farthest.get(rule)?.[countWhile(ranges, (range) => !before(end, range.start)) - 1];
    return last !== undefined && !before(last, start);
  };
}

/** Sorts by start; for each the farthest end so far. */
function farthestEnds(ranges: Range[]): Position[] {
  ranges.sort((a, b) => (before(a.start, b.start) ? -1 : before(b.start, a.start) ? 1 : 0));
  const ends: Position[] = [];
  for (const { end } of ranges) {
    const last = ends.at(-1);
    ends.push(last === undefined || before(last, end) ? end : last);
  }
  return ends;
}

/** How many entries at the beginning of a list hold what all after them don't. */
export function countWhile<Entry>(entries: readonly Entry[], holds: (entry: Entry) => boolean): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(entries[middle] as Entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}
