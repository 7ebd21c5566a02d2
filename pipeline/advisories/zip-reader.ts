import { Buffer } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32, inflateRawSync } from "node:zlib";
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import { GateError } from "../../schemas/error.ts";

/** Bounds on what a zip may unfold to, in bytes and entries: it is hostile input. */
export interface ZipLimits {
  readonly entryBytes: number;
  readonly totalBytes: number;
  readonly entries: number;
}

/** osv.dev's largest database has 214,000 entries; its largest record a few megabytes. */
export const ZIP_LIMITS: ZipLimits = { entryBytes: 64 * 2 ** 20, totalBytes: 4 * 2 ** 30 - 1, entries: 2_000_000 };

export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * Reads a zip entry by entry, in the order of its central directory; folders are passed over. Memory is bounded by the largest entry.
 *
 * @throws GateError ADVISORIES_INVALID, naming file and entry, for a zip that is damaged, encrypted, names a place outside itself or
 * the same place twice, uses a method other than stored and deflated, or unfolds to more than `limits`.
 */
export async function* readZip(path: string, limits: ZipLimits = ZIP_LIMITS): AsyncGenerator<ZipEntry> {
  const descriptor = openZip(path);
  try {
    const file = new WindowReader(descriptor);
    const zip = await whole(path, () =>
      fromRandomAccessReaderPromise(file, fstatSync(descriptor).size, { strictFileNames: true }),
    );
    if (zip.entryCount > limits.entries) {
      throw invalid(path, `found ${zip.entryCount} entries, expected at most ${limits.entries}`);
    }
    const names = new Set<string>();
    let total = 0;
    const entries = zip.eachEntry();
    for (
      let next = await whole(path, () => entries.next());
      next.done !== true;
      next = await whole(path, () => entries.next())
    ) {
      const entry = next.value;
      const name = entry.fileName;
      if (names.has(name)) throw invalid(`${path}#${name}`, "found the same name twice, expected each once");
      names.add(name);
      if (name.endsWith("/")) continue;
      const content = await contentOf(path, zip, entry, descriptor, limits);
      total += content.length;
      if (total > limits.totalBytes)
        throw invalid(`${path}#${name}`, `unfolds to more than ${limits.totalBytes} bytes in all`);
      yield { name, content };
    }
  } finally {
    closeSync(descriptor);
  }
}

function openZip(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw invalid(path, `can't be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`, cause);
  }
}

async function contentOf(
  path: string,
  zip: ZipFile,
  entry: Entry,
  descriptor: number,
  limits: ZipLimits,
): Promise<Buffer> {
  const where = `${path}#${entry.fileName}`;
  if (entry.isEncrypted()) throw invalid(where, "is encrypted");
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw invalid(where, `found compression method ${entry.compressionMethod}, expected stored or deflated`);
  }
  const size = entry.uncompressedSize;
  if (size > limits.entryBytes || entry.compressedSize > limits.entryBytes) {
    throw invalid(where, `found ${Math.max(size, entry.compressedSize)} bytes, expected at most ${limits.entryBytes}`);
  }
  const { fileDataStart } = await whole(where, () => zip.readLocalFileHeaderPromise(entry, { minimal: true }));
  const packed = Buffer.allocUnsafe(entry.compressedSize);
  const got = readSync(descriptor, packed, 0, packed.length, fileDataStart);
  if (got !== packed.length) throw invalid(where, `found ${got} bytes, expected ${packed.length}`);
  const content = entry.compressionMethod === STORED ? packed : inflate(where, packed, size);
  if (content.length !== size) throw invalid(where, `unfolds to ${content.length} bytes, expected ${size}`);
  if (crc32(content) !== entry.crc32) throw invalid(where, "its checksum is wrong");
  return content;
}

const STORED = 0;
const DEFLATED = 8;

function inflate(where: string, packed: Buffer, size: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, 64) });
  } catch (cause) {
    throw invalid(where, `does not unfold to the ${size} bytes it states (${(cause as Error).message})`, cause);
  }
}

/** Runs a call of the zip library; what it throws is about the zip. */
async function whole<T>(where: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw invalid(where, `is no whole zip (${(cause as Error).message})`, cause);
  }
}

function invalid(where: string, found: string, cause?: unknown): GateError {
  return new GateError("ADVISORIES_INVALID", `${where}: ${found}`, {
    cause,
    next: "get the file again from its source",
  });
}

/** The library reads 46 bytes at a time, each through the thread pool: 25 s for npm's directory. Through a window it is one second. */
class WindowReader extends RandomAccessReader {
  readonly #descriptor: number;
  readonly #window = Buffer.allocUnsafe(128 * 1024);
  #start = 0;
  #length = 0;

  constructor(descriptor: number) {
    super();
    this.#descriptor = descriptor;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ) {
    try {
      this.#read(buffer.subarray(offset, offset + length), position);
    } catch (cause) {
      callback(cause as Error);
      return;
    }
    callback(null);
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }

  #read(target: Buffer, position: number): void {
    if (target.length > this.#window.length) {
      if (readSync(this.#descriptor, target, 0, target.length, position) < target.length)
        throw new Error("unexpected end of file");
      return;
    }
    if (position < this.#start || position + target.length > this.#start + this.#length) {
      this.#start = position;
      this.#length = readSync(this.#descriptor, this.#window, 0, this.#window.length, position);
      if (this.#length < target.length) throw new Error("unexpected end of file");
    }
    this.#window.copy(target, 0, position - this.#start, position - this.#start + target.length);
  }
}
