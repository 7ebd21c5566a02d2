import type { Needle } from "./encodings.ts";

/** Is told where a needle stands; `end` is the offset after it. */
export type Hit = (needle: Needle, start: number, end: number) => void;

/**
 * Makes a search for all needles at once, in one pass over a text: at each place eight bytes (four for the short ones) are looked up in a table
 * of those that stand in the middle of a needle, and only what is there is compared.
 */
export function needleSearch(needles: readonly Needle[]): (text: Buffer, hit: Hit) => void {
  const long = tableOf(
    needles.filter(({ bytes }) => bytes.length >= LONG),
    LONG,
  );
  const short = tableOf(
    needles.filter(({ bytes }) => bytes.length < LONG),
    SHORT,
  );
  return (text, hit) => {
    if (long !== null) searchLong(text, long, hit);
    if (short !== null) searchShort(text, short, hit);
  };
}

const LONG = 8;
const SHORT = 4;
const TABLE_BITS = 20;

interface Table {
  /** One bit for each slot, so that it stays in the processor's cache. */
  readonly used: Uint8Array;
  readonly buckets: ReadonlyMap<number, readonly Anchored[]>;
}

interface Anchored {
  readonly needle: Needle;
  /** Bytes of the needle up to the end of the window that is looked up. */
  readonly head: number;
}

function tableOf(needles: readonly Needle[], window: number): Table | null {
  if (needles.length === 0) return null;
  const used = new Uint8Array(1 << (TABLE_BITS - 3));
  const buckets = new Map<number, Anchored[]>();
  for (const needle of needles) {
    // Tokens of one sort begin alike, and keys end alike.
    const head = ((needle.bytes.length - window) >> 1) + window;
    const high = window === LONG ? needle.bytes.readUInt32BE(head - LONG) : 0;
    const slot = slotOf(high, needle.bytes.readUInt32BE(head - SHORT));
    used[slot >>> 3] = (used[slot >>> 3] as number) | (1 << (slot & 7));
    const bucket = buckets.get(slot) ?? [];
    buckets.set(slot, bucket);
    bucket.push({ needle, head });
  }
  return { used, buckets };
}

function slotOf(high: number, low: number): number {
  return (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> (32 - TABLE_BITS);
}

function isIn(used: Uint8Array, slot: number): boolean {
  return (((used[slot >>> 3] as number) >>> (slot & 7)) & 1) === 1;
}

function searchLong(text: Buffer, { used, buckets }: Table, hit: Hit): void {
  let high = 0;
  let low = 0;
  for (let at = 0; at < text.length; at++) {
    high = (high << 8) | (low >>> 24);
    low = (low << 8) | (text[at] as number);
    const slot = slotOf(high, low);
    if (isIn(used, slot) && at >= LONG - 1) compare(text, at + 1, buckets.get(slot) ?? [], hit);
  }
}

function searchShort(text: Buffer, { used, buckets }: Table, hit: Hit): void {
  let low = 0;
  for (let at = 0; at < text.length; at++) {
    low = (low << 8) | (text[at] as number);
    const slot = slotOf(0, low);
    if (isIn(used, slot) && at >= SHORT - 1) compare(text, at + 1, buckets.get(slot) ?? [], hit);
  }
}

function compare(text: Buffer, windowEnd: number, bucket: readonly Anchored[], hit: Hit): void {
  for (const { needle, head } of bucket) {
    const start = windowEnd - head;
    const end = start + needle.bytes.length;
    if (start < 0 || end > text.length || text[start] !== needle.bytes[0]) continue;
    if (text.compare(needle.bytes, 0, needle.bytes.length, start, end) !== 0) continue;
    if (needle.bounded && (isLetterOrDigit(text[start - 1]) || isLetterOrDigit(text[end]))) continue;
    hit(needle, start, end);
  }
}

function isLetterOrDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
