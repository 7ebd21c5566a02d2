/** A text with escapes undone and lines joined, and where its bytes stand in the real one. */
export interface PlainView {
  readonly bytes: Buffer;
  /** Offset in the real text of a byte here; for the length of this view, the real length. */
  offsetOf(at: number): number;
}

export interface PlainViewOptions {
  /** Without it only lines are joined. */
  readonly escapes: boolean;
}

/**
 * Undoes in one pass what writing does to a text: JSON escapes, percent signs, HTML character references, and line breaks with the indentation
 * and the comment leader after them. The same bytes when there is none of these.
 */
export function plainView(source: Buffer, { escapes }: PlainViewOptions): PlainView {
  const bytes = Buffer.allocUnsafe(source.length);
  const jumps = jumpTable();
  let to = 0;
  let at = 0;
  const length = source.length;
  while (at < length) {
    const byte = source[at] as number;
    if (SPECIAL[byte] === 0) {
      bytes[to++] = byte;
      at += 1;
      continue;
    }
    if (byte === SPACE || byte === TAB) {
      const end = skipBlanks(source, at);
      const trailing = source[end] === LF || source[end] === CR;
      if (!trailing) to += source.copy(bytes, to, at, end);
      at = end;
      if (trailing) jumps.add(to, at);
      continue;
    }
    const piece = pieceAt(source, at, escapes);
    if (piece === undefined) {
      bytes[to++] = byte;
      at += 1;
      continue;
    }
    // An escape is never shorter than the bytes that it stands for.
    for (const value of piece.bytes) {
      jumps.add(to, at);
      bytes[to++] = value;
    }
    at = piece.end;
    jumps.add(to, at);
  }
  return { bytes: bytes.subarray(0, to), offsetOf: (place) => jumps.offsetOf(place) };
}

interface Piece {
  readonly bytes: readonly number[] | Buffer;
  readonly end: number;
}

const SPECIAL = new Uint8Array(256);
for (const character of "\\%&\n\r \t") SPECIAL[character.charCodeAt(0)] = 1;

const NOTHING: readonly number[] = [];

function pieceAt(source: Buffer, at: number, escapes: boolean): Piece | undefined {
  const byte = source[at];
  if (byte === LF || byte === CR) return { bytes: NOTHING, end: afterBreak(source, at + 1) };
  if (byte === BACKSLASH) return afterBackslash(source, at, escapes);
  if (!escapes) return undefined;
  if (byte === PERCENT) {
    const value = hexAt(source, at + 1, 2);
    return value === undefined ? undefined : { bytes: [value], end: at + 3 };
  }
  return reference(source, at);
}

/** Backslashes of a text within a text come in runs; the character after them says what they mean. */
function afterBackslash(source: Buffer, at: number, escapes: boolean): Piece | undefined {
  let next = at;
  while (source[next] === BACKSLASH) next += 1;
  const kind = String.fromCharCode(source[next] ?? 0);
  if (kind === "\n" || kind === "\r") return { bytes: NOTHING, end: afterBreak(source, next + 1) };
  if (kind === "n" || kind === "r") return { bytes: NOTHING, end: afterBreak(source, next + 1) };
  if (!escapes) return undefined;
  if (kind === "u") {
    const escaped = codePointAt(source, next);
    if (escaped !== undefined) return escaped;
  }
  if (kind === "x") {
    const value = hexAt(source, next + 1, 2);
    if (value !== undefined) return { bytes: [value], end: next + 3 };
  }
  if (kind === "t") return { bytes: [TAB], end: next + 1 };
  return { bytes: `"'/`.includes(kind) ? NOTHING : [BACKSLASH], end: next };
}

/** `\uXXXX` whose `u` stands at `at`, with the other half of a pair. */
function codePointAt(source: Buffer, at: number): Piece | undefined {
  const first = hexAt(source, at + 1, 4);
  if (first === undefined) return undefined;
  let end = at + 5;
  let unit = String.fromCharCode(first);
  if (first >= 0xd800 && first < 0xdc00) {
    let next = end;
    while (source[next] === BACKSLASH) next += 1;
    const second = next > end && source[next] === LETTER_U ? hexAt(source, next + 1, 4) : undefined;
    if (second !== undefined && second >= 0xdc00 && second < 0xe000) {
      unit += String.fromCharCode(second);
      end = next + 5;
    }
  }
  if (first === LF || first === CR) return { bytes: NOTHING, end: afterBreak(source, end) };
  return { bytes: Buffer.from(unit), end };
}

const NAMED: Readonly<Record<string, number>> = { amp: 38, lt: 60, gt: 62, quot: 34, apos: 39 };

function reference(source: Buffer, at: number): Piece | undefined {
  const text = source.toString("latin1", at + 1, at + 11);
  const match = /^(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));/.exec(text);
  if (match === null) return undefined;
  const [all, name, decimal, hex] = match;
  const value =
    name !== undefined ? NAMED[name] : decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? "", 16);
  if (value === undefined || value > 0x10ffff) return undefined;
  return { bytes: Buffer.from(String.fromCodePoint(value)), end: at + 1 + all.length };
}

/** Further breaks, indentation, and a comment leader with the blank that makes it one. */
function afterBreak(source: Buffer, at: number): number {
  let end = at;
  for (;;) {
    end = skipBlanks(source, end);
    const byte = source[end];
    if (byte === LF || byte === CR) end += 1;
    else break;
  }
  if (!LEADS.includes(source[end] ?? 0)) return end;
  const leader = LEADER.exec(source.toString("latin1", end, end + 8));
  return leader === null ? end : skipBlanks(source, end + leader[0].length);
}

const LEADS = [..."/#*-;>|%"].map((character) => character.charCodeAt(0));
const LEADER = /^(?:\/{2,3}!?|#{1,3}|\*|--|;{1,2}|>|\||%)[ \t]/;

function skipBlanks(source: Buffer, at: number): number {
  let end = at;
  while (source[end] === SPACE || source[end] === TAB) end += 1;
  return end;
}

function hexAt(source: Buffer, at: number, digits: number): number | undefined {
  const text = source.toString("latin1", at, at + digits);
  return text.length === digits && /^[0-9a-fA-F]+$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

const [LF, CR, SPACE, TAB, BACKSLASH, PERCENT, LETTER_U] = [10, 13, 32, 9, 92, 37, 117];

/** Pairs of offsets from which on both sides run in step. */
function jumpTable(): { add(to: number, at: number): void; offsetOf(place: number): number } {
  let pairs = new Uint32Array(1024);
  let count = 0;
  return {
    add(to, at) {
      if (count > 0 && pairs[count * 2 - 2] === to) count -= 1;
      if (count * 2 === pairs.length) {
        const grown = new Uint32Array(pairs.length * 2);
        grown.set(pairs);
        pairs = grown;
      }
      pairs[count * 2] = to;
      pairs[count * 2 + 1] = at;
      count += 1;
    },
    offsetOf(place) {
      let low = 0;
      let high = count;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((pairs[middle * 2] as number) <= place) low = middle + 1;
        else high = middle;
      }
      return low === 0 ? place : (pairs[low * 2 - 1] as number) + place - (pairs[low * 2 - 2] as number);
    },
  };
}
