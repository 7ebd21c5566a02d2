import { Buffer } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { GateError } from "../../schemas/error.ts";

/** A zip whose directory was read. `read` gives an entry's bytes, null when it has none of that name. */
export interface ZipIndex {
  read(name: string): Buffer | null;
}

/**
 * Finds single entries in a zip as `writeZip` makes them: stored, without extra fields or comment. Errors call it `where`.
 *
 * `readZip` is for zips of others, and looks at each entry: a second for npm's 214,000, of which a run needs a dozen.
 * @throws GateError ADVISORIES_INVALID, from `read` too, when the zip is another one or damaged
 */
export function indexZip(path: string, where: string): ZipIndex {
  const { bytes, lines } = opened(path, where, (descriptor) => {
    const { start, size } = directoryOf(descriptor, where);
    const bytes = bytesAt(descriptor, where, start, size);
    return { bytes, lines: linesOf(bytes, where) };
  });
  return {
    read(name) {
      const at = lines.get(name);
      if (at === undefined) return null;
      const place = bytes.readUInt32LE(at + 42);
      const size = bytes.readUInt32LE(at + 24);
      const shared = bytes.subarray(at + 6, at + 32);
      return opened(path, where, (descriptor) =>
        contentOf(descriptor, `${where}#${name}`, { name, place, size, shared }),
      );
    },
  };
}

interface Line {
  readonly name: string;
  readonly place: number;
  readonly size: number;
  /** What the line shares with the entry's own header. */
  readonly shared: Buffer;
}

function contentOf(descriptor: number, where: string, { name, place, size, shared }: Line): Buffer {
  const header = Buffer.concat([LOCAL, shared, Buffer.from(name)]);
  const found = bytesAt(descriptor, where, place, header.length);
  if (!found.equals(header)) throw invalid(where, "found another header than the directory states");
  const content = bytesAt(descriptor, where, place + header.length, size);
  if (crc32(content) !== shared.readUInt32LE(10)) throw invalid(where, "its checksum is wrong");
  return content;
}

function opened<T>(path: string, where: string, act: (descriptor: number) => T): T {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    throw invalid(where, `can't be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`, cause);
  }
  try {
    return act(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const LOCAL = Buffer.from("504b0304", "hex");
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const WIDE_END = 0x06064b50;
const MAX_UINT16 = 0xffff;
/** Sizes of a directory's line without its name, of the end, and of the zip64 records before it. */
const [LINE_SIZE, END_SIZE, WIDE_SIZE] = [46, 22, 76] as const;

/** Where the central directory lies (APPNOTE 4.3.14 to 4.3.16). */
function directoryOf(descriptor: number, where: string): { start: number; size: number } {
  const all = fstatSync(descriptor).size;
  const end = bytesAt(descriptor, where, all - END_SIZE, END_SIZE);
  if (end.readUInt32LE(0) !== END) throw invalid(where, "found no end of a zip's directory");
  if (end.readUInt16LE(10) !== MAX_UINT16) return { start: end.readUInt32LE(16), size: end.readUInt32LE(12) };
  const wide = bytesAt(descriptor, where, all - END_SIZE - WIDE_SIZE, WIDE_SIZE);
  if (wide.readUInt32LE(0) !== WIDE_END) throw invalid(where, "found no zip64 end of a zip's directory");
  return { start: Number(wide.readBigUInt64LE(48)), size: Number(wide.readBigUInt64LE(40)) };
}

/** Where each name's line begins. */
function linesOf(directory: Buffer, where: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (let at = 0; at < directory.length; ) {
    const isWhole = at + LINE_SIZE <= directory.length && directory.readUInt32LE(at) === CENTRAL;
    const nameEnd = isWhole ? at + LINE_SIZE + directory.readUInt16LE(at + 28) : Number.POSITIVE_INFINITY;
    if (nameEnd > directory.length) throw invalid(where, `found no line of a zip's directory at its byte ${at}`);
    const name = directory.toString("utf8", at + LINE_SIZE, nameEnd);
    if (!isPlain(directory, at))
      throw invalid(`${where}#${name}`, "found an entry that is compressed or has extra fields");
    if (lines.has(name)) throw invalid(`${where}#${name}`, "found the same name twice, expected each once");
    lines.set(name, at);
    at = nameEnd;
  }
  return lines;
}

function isPlain(directory: Buffer, at: number): boolean {
  const [method, extra, comment] = [10, 30, 32].map((offset) => directory.readUInt16LE(at + offset));
  return method === 0 && extra === 0 && comment === 0;
}

function bytesAt(descriptor: number, where: string, start: number, size: number): Buffer {
  const all = fstatSync(descriptor).size;
  if (start < 0 || start + size > all) throw invalid(where, `found ${all} bytes, expected bytes up to ${start + size}`);
  const bytes = Buffer.allocUnsafe(size);
  const got = readSync(descriptor, bytes, 0, size, start);
  if (got !== size) throw invalid(where, `found ${got} bytes at ${start}, expected ${size}`);
  return bytes;
}

function invalid(where: string, found: string, cause?: unknown): GateError {
  return new GateError("ADVISORIES_INVALID", `${where}: ${found}`, {
    cause,
    next: "remove the snapshot's folder and pull or build it again",
  });
}
