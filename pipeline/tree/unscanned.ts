import type { Unscanned } from "../../schemas/inventory.ts";

/** Bytes of a file's end that {@link unscannedOf} wants to see. */
export const TAIL_BYTES = 22;

/**
 * Says by a file's first and last bytes whether it holds or stands for something that no tool looks into; never by its name.
 *
 * `tail`: the last {@link TAIL_BYTES} bytes, which tell a zip that something else was put in front of.
 */
export function unscannedOf(head: Uint8Array, tail: Uint8Array): Unscanned | undefined {
  if (LFS.some((start) => startsWith(head, 0, start))) return "lfs-pointer";
  if (startsWith(tail, 0, ZIP_END)) return "archive";
  return ARCHIVES.some(({ at, start }) => startsWith(head, at, start)) ? "archive" : undefined;
}

const LFS = ["git-lfs.github.com", "hawser.github.com"].map((host) => `version https://${host}/spec/v1\n`);

const ZIP_END = "PK\x05\x06";

/** zip, empty zip, gzip, compress, bzip2, xz, zstd, lz4, lzip, 7z, rar, cab, ar, cpio, rpm, squashfs, xar, tar. */
const ARCHIVES: readonly { readonly at: number; readonly start: string }[] = [
  ...["PK\x03\x04", ZIP_END, "PK\x07\x08", "\x1f\x8b\x08", "\x1f\x9d", "\x1f\xa0"],
  ...[..."123456789"].map((level) => `BZh${level}1AY&SY`),
  ...["\xfd7zXZ\x00", "\x28\xb5\x2f\xfd", "\x04\x22\x4d\x18", "LZIP\x01"],
  ...["7z\xbc\xaf\x27\x1c", "Rar!\x1a\x07", "MSCF\x00\x00\x00\x00", "!<arch>\n", "070701", "070702", "070707"],
  ...["\xed\xab\xee\xdb", "hsqs", "xar!\x00"],
]
  .map((start) => ({ at: 0, start }))
  .concat(["ustar\x00", "ustar  \x00"].map((start) => ({ at: 257, start })));

function startsWith(bytes: Uint8Array, at: number, start: string): boolean {
  for (let index = 0; index < start.length; index++) {
    if (bytes[at + index] !== start.charCodeAt(index)) return false;
  }
  return true;
}
