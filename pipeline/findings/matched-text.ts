/** Lines and columns count from one; the last ones belong to it. */
export interface Region {
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number;
  readonly endColumn: number;
}

/**
 * What stands at a region of a text, with a little around it: tells whether two places hold the same. It is a secret: it must not leave
 * the process. Bytes as latin1, so that none is lost.
 */
export function matchedText(text: Buffer, { startLine, endLine, startColumn, endColumn }: Region): string {
  const first = lineAt(text, startLine);
  const last = endLine === startLine ? first : lineAt(text, endLine);
  const from = Math.max(first.start, first.start + startColumn - 1 - AROUND);
  return text.toString("latin1", from, Math.min(last.end, last.start + endColumn + AROUND));
}

/** Tools differ by one in how they count columns; cut short, two secrets could look like one. */
const AROUND = 20;

function lineAt(text: Buffer, line: number): { start: number; end: number } {
  let start = 0;
  for (let left = line; left > 1; left--) {
    const feed = text.indexOf(10, start);
    if (feed < 0) return { start: text.length, end: text.length };
    start = feed + 1;
  }
  const feed = text.indexOf(10, start);
  return { start, end: feed < 0 ? text.length : feed };
}
