import type { Encoding } from "../../schemas/inventory.ts";

/** Bytes of a file's beginning that decide its encoding: the farthest signature (ISO 9660) ends at 32,774. */
export const HEAD_BYTES = 32_776;

/** Of these, bytes whose control characters tell text from binary. */
const SAMPLE_BYTES = 8192;

/**
 * Says how a scanner will take a file, by its first bytes (up to {@link HEAD_BYTES}).
 *
 * `masked-text` is text whose first bytes look like an application's format to gitleaks (h2non/filetype), which then skips it without a word;
 * or text that begins with a very long line: until the first line feed gitleaks looks in that way at every part that it reads.
 */
export function encodingOf(start: Uint8Array): Encoding {
  const head = start.subarray(0, SAMPLE_BYTES);
  const marked = markedText(head);
  if (marked !== undefined) return marked;
  const looksLikeApplication = startsLikeApplication(start);
  const isMasked = looksLikeApplication || (start.length >= HEAD_BYTES && !start.includes(FEED));
  if (!head.includes(0)) return isMasked ? "masked-text" : "text";
  const wide = wideText(head);
  if (wide !== undefined) return wide;
  return looksLikeApplication || controlShare(head) > 0.1 ? "binary" : isMasked ? "masked-text" : "text";
}

const FEED = 10;

/** Signatures that h2non/filetype 1.1.3 gives an `application/*` type, most of them by their beginning alone: too much is safe here. */
const SIGNATURES: readonly (readonly { readonly at: number; readonly bytes: string }[])[] = [
  ..."%PDF|{\\rtf|%!|MZ|BZh|CWS|FWS|SQLi|Cr24|MSCF|ISc(|!<arch>|LZIP|OTTO|wOFF|wOF2|Rar!|NES\x1a|PK|7z\xbc\xaf|\x1f\x8b|\x7fELF|\x00asm|\x28\xb5\x2f\xfd|\xfd7zXZ|\x1f\xa0|\x1f\x9d|\xed\xab\xee\xdb|\xd0\xcf\x11\xe0|\x00\x01\x00\x00\x00|dex\n|dey\n|\xfe\xed\xfa\xcf|\xfe\xed\xfa\xce|\xbe\xba\xfe\xca|\xcf\xfa\xed\xfe|\xce\xfa\xed\xfe|\xca\xfe\xba\xbe"
    .split("|")
    .map((bytes) => [{ at: 0, bytes }]),
  // Zstandard's skippable frames: sixteen numbers.
  ...Array.from({ length: 16 }, (_, number) => [{ at: 0, bytes: `${String.fromCharCode(0x50 + number)}*M\x18` }]),
  ...["\x02\x00\x01", "\x01\x00\x00", "\x02\x00\x02"].map((version) => [
    { at: 34, bytes: "LP" },
    { at: 8, bytes: version },
  ]),
  [{ at: 257, bytes: "ustar" }],
  [{ at: 128, bytes: "DICM" }],
  [{ at: 32_769, bytes: "CD001" }],
];

/** Whether gitleaks passes over a file that begins with these bytes (up to {@link HEAD_BYTES} count). */
export function startsLikeApplication(head: Uint8Array): boolean {
  return SIGNATURES.some((parts) => parts.every((part) => standsAt(head, part)));
}

function standsAt(head: Uint8Array, { at, bytes }: { at: number; bytes: string }): boolean {
  for (let index = 0; index < bytes.length; index++) {
    if (head[at + index] !== bytes.charCodeAt(index)) return false;
  }
  return true;
}

/** UTF-16 by its mark. Every letter of ASCII has a zero byte there: without any it is other text behind the same two bytes. */
function markedText(head: Uint8Array): Encoding | undefined {
  const isWhole = head.length < SAMPLE_BYTES;
  if (isWhole && !head.includes(0)) return undefined;
  if (head[0] === 0xff && head[1] === 0xfe) return head[2] === 0 && head[3] === 0 ? "binary" : "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : undefined;
}

/** UTF-16 without a byte order mark: nearly every second byte is zero, and the others are not. */
function wideText(head: Uint8Array): Encoding | undefined {
  const pairs = Math.floor(head.length / 2);
  if (pairs < 8) return undefined;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let index = 0; index < pairs * 2; index += 2) {
    if (head[index] === 0) evenZeros++;
    if (head[index + 1] === 0) oddZeros++;
  }
  if (oddZeros > pairs * 0.8 && evenZeros < pairs * 0.05) return "utf-16le";
  if (evenZeros > pairs * 0.8 && oddZeros < pairs * 0.05) return "utf-16be";
  return undefined;
}

function controlShare(head: Uint8Array): number {
  let controls = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32)) controls++;
  return head.length === 0 ? 0 : controls / head.length;
}
