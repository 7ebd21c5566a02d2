import type { Encoding } from "../../schemas/inventory.ts";

/** Bytes of a file's beginning that decide its encoding. */
export const HEAD_BYTES = 8192;

/**
 * Says how a scanner will take a file, by its first bytes.
 *
 * `masked-text` is text whose first bytes look like an application's format to gitleaks (h2non/filetype), which then skips it without a word.
 */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const looksLikeApplication = startsLikeApplication(head);
  if (!head.includes(0)) return looksLikeApplication ? "masked-text" : "text";
  const wide = wideText(head);
  if (wide !== undefined) return wide;
  return looksLikeApplication || controlShare(head) > 0.1 ? "binary" : "text";
}

/** Signatures that h2non/filetype 1.1.3 gives an `application/*` type, as far as text can begin with them or binaries are common. */
const SIGNATURES: readonly { readonly at: number; readonly bytes: string }[] = [
  ..."%PDF|{\\rtf|%!|MZ|BZh|CWS|FWS|SQLi|Cr24|MSCF|ISc(|!<arch>|LZIP|OTTO|wOFF|wOF2|Rar!|NES\x1a|PK|7z\xbc\xaf|\x1f\x8b|\x7fELF|\x00asm|\x28\xb5\x2f\xfd|\xfd7zXZ|\x1f\xa0|\x1f\x9d|\xed\xab\xee\xdb|\xd0\xcf\x11\xe0|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|\x00\x01\x00\x00\x00"
    .split("|")
    .map((bytes) => ({ at: 0, bytes })),
  { at: 257, bytes: "ustar" },
  { at: 128, bytes: "DICM" },
];

function startsLikeApplication(head: Uint8Array): boolean {
  return SIGNATURES.some(({ at, bytes }) => {
    for (let index = 0; index < bytes.length; index++) {
      if (head[at + index] !== bytes.charCodeAt(index)) return false;
    }
    return true;
  });
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
