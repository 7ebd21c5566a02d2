import type { LineRuns } from "../tree/staged-history.ts";

/** Part of a file: its new lines with what stands around them, and where each line of the part stands in the file. */
export interface NewLines {
  readonly text: Buffer;
  readonly runs: LineRuns;
}

/**
 * The lines of `next` that stand in none of `before`, in their order, with three lines around each; null: there are none.
 * Linear: a line that was only moved is not new. Without `before` all of it is.
 *
 * What stands around is needed: a key is replaced between a BEGIN and an END that stay, a value below a name that stays.
 */
export function newLines(before: readonly Buffer[], next: Buffer): NewLines | null {
  if (before.length === 0) return next.length === 0 ? null : { text: next, runs: [1, 1, countLines(next)] };
  const [first] = before;
  const only = before.length === 1 && first !== undefined;
  const changed = only ? changedPart(first, next) : { from: 0, to: next.length, old: before };
  const known = new Set(changed.old.flatMap((part) => linesOf(part, 0, part.length).map(({ text }) => text)));
  const from = linesBack(next, changed.from, AROUND);
  const to = linesOn(next, changed.to, AROUND);
  const lines = linesOf(next, from, to);
  const isNew = lines.map(({ start, text }) => start >= changed.from && start < changed.to && !known.has(text));
  return isNew.includes(true) ? joined(next, lines, isNew, 1 + countFeeds(next, from)) : null;
}

const AROUND = 3;
const FEED = 10;

interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What lies between the beginning and the end that two texts share, at line bounds. */
function changedPart(old: Buffer, next: Buffer): { from: number; to: number; old: readonly Buffer[] } {
  const shorter = Math.min(old.length, next.length);
  const same = sharedBytes(shorter, (from, to) => old.subarray(from, to).equals(next.subarray(from, to)));
  const from = same === 0 ? 0 : next.lastIndexOf(FEED, same - 1) + 1;
  const [oldEnd, nextEnd] = [old.length, next.length];
  const tail = sharedBytes(shorter - from, (a, b) =>
    old.subarray(oldEnd - b, oldEnd - a).equals(next.subarray(nextEnd - b, nextEnd - a)),
  );
  // The shared end begins after a line feed that both have, or with the line that it begins in.
  const feed = next.indexOf(FEED, nextEnd - tail);
  const to = tail === 0 || feed < 0 ? nextEnd : feed + 1;
  return { from, to, old: [old.subarray(from, oldEnd - (nextEnd - to))] };
}

/** How many bytes are the same, by doubling steps and then halving ones. */
function sharedBytes(length: number, same: (from: number, to: number) => boolean): number {
  let shared = 0;
  let step = 256;
  while (shared < length && step > 0) {
    const to = Math.min(length, shared + step);
    if (same(shared, to)) {
      shared = to;
      step *= 2;
    } else step = to - shared === 1 ? 0 : Math.ceil((to - shared) / 2);
  }
  return shared;
}

function linesOf(text: Buffer, from: number, to: number): Line[] {
  const lines: Line[] = [];
  for (let start = from; start < to; ) {
    const feed = text.indexOf(FEED, start);
    const end = feed < 0 || feed >= to ? to : feed + 1;
    const bare = end > start && text[end - 1] === FEED ? end - 1 : end;
    lines.push({ start, end, text: text.toString("latin1", start, bare) });
    start = end;
  }
  return lines;
}

function linesBack(text: Buffer, at: number, count: number): number {
  let start = at;
  for (let left = count; left > 0 && start > 0; left--) start = start < 2 ? 0 : text.lastIndexOf(FEED, start - 2) + 1;
  return start;
}

function linesOn(text: Buffer, at: number, count: number): number {
  let end = at;
  for (let left = count; left > 0 && end < text.length; left--) {
    const feed = text.indexOf(FEED, end);
    end = feed < 0 ? text.length : feed + 1;
  }
  return end;
}

/** New lines and those around them; an empty line stands for what is left out between two. */
function joined(text: Buffer, lines: readonly Line[], isNew: readonly boolean[], firstLine: number): NewLines {
  const kept = keptLines(isNew);
  const parts: Buffer[] = [];
  const runs: number[] = [];
  let at = 1;
  let previous = -1;
  for (const index of kept) {
    const line = lines[index] as Line;
    const sign = isNew[index] ? 1 : -1;
    if (previous >= 0 && index !== previous + 1) {
      parts.push(Buffer.from("\n"));
      at += 1;
    }
    const last = runs.length - 1;
    const joins = index === previous + 1 && previous >= 0 && Math.sign(runs[last] as number) === sign;
    if (joins) runs[last] = (runs[last] as number) + sign;
    else runs.push(at, firstLine + index, sign);
    parts.push(text.subarray(line.start, line.end));
    at += 1;
    previous = index;
  }
  return { text: Buffer.concat(parts), runs };
}

function keptLines(isNew: readonly boolean[]): number[] {
  const kept: number[] = [];
  let last = -1;
  for (const [index, fresh] of isNew.entries()) {
    if (!fresh) continue;
    for (let near = Math.max(last + 1, index - AROUND); near <= Math.min(isNew.length - 1, index + AROUND); near++) {
      kept.push(near);
      last = near;
    }
  }
  return kept;
}

function countFeeds(text: Buffer, to: number): number {
  let count = 0;
  for (let at = text.indexOf(FEED); at >= 0 && at < to; at = text.indexOf(FEED, at + 1)) count += 1;
  return count;
}

function countLines(text: Buffer): number {
  return countFeeds(text, text.length) + (text[text.length - 1] === FEED ? 0 : 1);
}
