import { describe, expect, it } from "vitest";
import { encodingOf } from "../../pipeline/tree/encoding.ts";

const text = "const answer = 42; // plain text of some length\n";

/** Text but for one byte. */
function embeddedFont(): Buffer {
  const bytes = Buffer.from(text);
  bytes.write("\x02\x00\x01", 8, "latin1");
  bytes.write("LP", 34, "latin1");
  return bytes;
}

describe("encodingOf", () => {
  it.each([
    ["plain text", Buffer.from(text), "text"],
    ["an empty file", Buffer.alloc(0), "text"],
    ["latin1", Buffer.from("caf\xe9", "latin1"), "text"],
    ["text with one zero byte", Buffer.from(`${text}\0${text}`), "text"],
    ["UTF-16 with a mark", Buffer.from(`\ufeff${text}`, "utf16le"), "utf-16le"],
    ["big-endian UTF-16 with a mark", Buffer.from(`\ufeff${text}`, "utf16le").swap16(), "utf-16be"],
    ["UTF-16 without a mark", Buffer.from(text, "utf16le"), "utf-16le"],
    ["big-endian UTF-16 without a mark", Buffer.from(text, "utf16le").swap16(), "utf-16be"],
    ["text that starts like a PDF", Buffer.from(`%PDF ${text}`), "masked-text"],
    ["text that starts like a program", Buffer.from(`MZ=1\n${text}`), "masked-text"],
    ["text with tar's word at its place", Buffer.from(`${"x".repeat(257)}ustar ${text}`), "masked-text"],
    ["text with ISO 9660's word at its place", Buffer.from(`${"x".repeat(32_769)}CD001 ${text}`), "masked-text"],
    ["text that starts like a dex file", Buffer.from(`dex\n${text}`), "masked-text"],
    ["text that starts like a skippable frame", Buffer.from(`P*M\x18${text}`), "masked-text"],
    ["text that begins with a very long line", Buffer.from("long;".repeat(10_000)), "masked-text"],
    ["what looks like an embedded font", embeddedFont(), "binary"],
    ["an ELF program", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0]), "binary"],
    ["bytes at random", Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17]), "binary"],
  ])("takes %s for what it is", (_what, bytes, expected) => {
    expect(encodingOf(bytes)).toBe(expected);
  });
});
