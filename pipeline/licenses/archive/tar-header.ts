import { ArchiveRefused } from "./refused.ts";

/** What counts of a tar entry's 512 bytes in front. */
export interface TarHeader {
  readonly name: string;
  readonly size: number;
  /** One character: `0` a file, `5` a folder, `1` and `2` links. */
  readonly type: string;
}

const ZEROS = Buffer.alloc(512);

/** Reads a header block; undefined for the block of zeros at the end. @throws ArchiveRefused when its checksum is wrong */
export function headerOf(block: Buffer): TarHeader | undefined {
  if (ZEROS.equals(block)) return undefined;
  if (octal(block, 148, 8) !== checksum(block)) throw new ArchiveRefused("a damaged entry (its checksum is wrong)");
  const prefix = block.toString("latin1", 257, 263) === "ustar\0" ? text(block, 345, 155) : "";
  const name = text(block, 0, 100);
  const type = String.fromCharCode(block[156] as number);
  return { name: prefix === "" ? name : `${prefix}/${name}`, size: sizeOf(block), type };
}

/** The sum of all bytes, those of the checksum itself counted as spaces. A plain loop: an archive has up to 200,000 headers. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < 148; at++) sum += block[at] as number;
  for (let at = 156; at < block.length; at++) sum += block[at] as number;
  return sum;
}

/** Octal digits, or, with the first bit set, a number in base 256. */
function sizeOf(block: Buffer): number {
  const size = (block[124] as number) & 0x80 ? Number(block.readBigUInt64BE(128)) : octal(block, 124, 12);
  if (!Number.isSafeInteger(size)) throw new ArchiveRefused("an entry without a size");
  return size;
}

function octal(block: Buffer, at: number, length: number): number {
  const digits = text(block, at, length).trim();
  if (digits === "") return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function text(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}
