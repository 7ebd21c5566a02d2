import { type Hostile, put, TOKEN_LINE } from "./hostile.ts";

const wide = (text: string): Buffer => Buffer.from(text, "utf16le");
const swapped = (text: string): Buffer => wide(text).swap16();
const LONG = `${TOKEN_LINE}${"# a comment so that there is something to count\n".repeat(4)}`;

const TEXTS: Readonly<Record<string, Uint8Array>> = {
  "utf-16le-with-mark.txt": wide(`\ufeff${LONG}`),
  "utf-16be-with-mark.txt": swapped(`\ufeff${LONG}`),
  "utf-16le-without-mark.txt": wide(LONG),
  "utf-16be-without-mark.txt": swapped(LONG),
  "utf-8-with-mark.txt": Buffer.from(`\ufeff${LONG}`),
  "mark-of-utf-16-before-ascii.gz.txt": Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(LONG)]),
  "latin1.txt": Buffer.from(`caf\xe9\n${LONG}`, "latin1"),
  "one-nul.txt": Buffer.from(`\0\n${LONG}`),
  "looks-like.pdf.txt": Buffer.from(`%PDF-1.4\n${LONG}`),
  "looks-like-rtf.txt": Buffer.from(`{\\rtf1\n${LONG}`),
  "looks-like-postscript.txt": Buffer.from(`%!PS\n${LONG}`),
  "looks-like-exe.txt": Buffer.from(`MZ header\n${LONG}`),
  "looks-like-zip.txt": Buffer.from(`PK is my name\n${LONG}`),
  "looks-like-tar.txt": Buffer.from(`${"x".repeat(256)}\nustar\n${LONG}`),
};

/** Text that a scanner skips for how it begins or how it is encoded. */
export const ENCODINGS: Hostile = {
  name: "text in encodings and with beginnings that hide it",
  make({ root }) {
    for (const [name, content] of Object.entries(TEXTS)) put(root, `encodings/${name}`, content);
  },
  secrets: Object.keys(TEXTS).map((name) => `encodings/${name}`),
};

/** UTF-32 is read by none of the tools: it must count as no text at all, rather than as UTF-16 that was read. */
export const UTF_32: Hostile = {
  name: "text in UTF-32, with a mark that looks like the one of UTF-16",
  make({ root }) {
    const letters = [...`\ufeff${LONG}`].map((letter) => {
      const four = Buffer.alloc(4);
      four.writeUInt32LE(letter.codePointAt(0) ?? 0);
      return four;
    });
    put(root, "encodings/utf-32.txt", Buffer.concat(letters));
  },
};
