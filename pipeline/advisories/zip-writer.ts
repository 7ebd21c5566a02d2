import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { GateError } from "../../schemas/error.ts";
import type { ZipEntry } from "./zip-reader.ts";

/**
 * Writes a new zip whose bytes depend on its entries alone: stored, dated 1980-01-01, no extra fields, in the order given.
 *
 * Stored because zlib's output differs between processors and versions, and because the scanner, which reads the whole file at every
 * run, is twice as fast on it. Answers size in bytes and SHA-256.
 * @throws GateError ADVISORIES_INVALID when it would grow past 4 GiB.
 */
export function writeZip(path: string, entries: Iterable<ZipEntry>): { size: number; sha256: string } {
  const file = new HashedFile(path);
  try {
    const directory = new Directory();
    for (const { name, content } of entries) {
      const place = file.size;
      const header = headerOf(Buffer.from(name), content);
      file.write(LOCAL);
      file.write(header.shared);
      file.write(header.name);
      file.write(content);
      directory.add([CENTRAL, header.shared, attributes(place), header.name]);
      if (file.size > MAX_UINT32) {
        throw new GateError("ADVISORIES_INVALID", `${path}: more than 4 GiB of records, expected less`);
      }
    }
    const start = file.size;
    for (const part of directory.parts()) file.write(part);
    file.write(endOf(directory.lines, start, file.size - start));
    return { size: file.size, sha256: file.close() };
  } finally {
    file.abandon();
  }
}

const MAX_UINT32 = 0xffffffff;
const MAX_UINT16 = 0xffff;
const LOCAL = Buffer.from("504b0304", "hex");
/** Signature and "version made by" 2.0. */
const CENTRAL = Buffer.from("504b01021400", "hex");

/** The 26 bytes that local header and central directory share, from "version needed" to "extra field length" (APPNOTE 4.3.7, 4.3.12). */
function headerOf(name: Buffer, content: Buffer): { shared: Buffer; name: Buffer } {
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(0x21, 8);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(content.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  return { shared, name };
}

/** The rest of a line of the central directory: comment, disk, attributes (all 0), place of the local header. */
function attributes(place: number): Buffer {
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(place, 10);
  return rest;
}

/** End of central directory; from 65,535 entries on with the zip64 records before it (APPNOTE 4.3.14 to 4.3.16). */
function endOf(entries: number, start: number, size: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries, MAX_UINT16), 8);
  end.writeUInt16LE(Math.min(entries, MAX_UINT16), 10);
  end.writeUInt32LE(Math.min(size, MAX_UINT32), 12);
  end.writeUInt32LE(Math.min(start, MAX_UINT32), 16);
  if (entries < MAX_UINT16) return end;
  const wide = Buffer.alloc(56 + 20);
  wide.writeUInt32LE(0x06064b50, 0);
  wide.writeUInt32LE(44, 4);
  wide.writeUInt16LE(45, 12);
  wide.writeUInt16LE(45, 14);
  wide.writeBigUInt64LE(BigInt(entries), 24);
  wide.writeBigUInt64LE(BigInt(entries), 32);
  wide.writeBigUInt64LE(BigInt(size), 40);
  wide.writeBigUInt64LE(BigInt(start), 48);
  wide.writeUInt32LE(0x07064b50, 56);
  wide.writeBigUInt64LE(BigInt(start + size), 64);
  wide.writeUInt32LE(1, 72);
  return Buffer.concat([wide, end]);
}

/** The lines of the central directory, joined by the thousand: 200,000 small buffers would take ten times the memory. */
class Directory {
  readonly #joined: Buffer[] = [];
  #loose: Buffer[] = [];
  lines = 0;

  add(line: readonly Buffer[]): void {
    this.lines += 1;
    this.#loose.push(...line);
    if (this.#loose.length >= 4000) this.#join();
  }

  parts(): readonly Buffer[] {
    this.#join();
    return this.#joined;
  }

  #join(): void {
    this.#joined.push(Buffer.concat(this.#loose));
    this.#loose = [];
  }
}

/** A new file that is written in large pieces and hashed on the way. */
class HashedFile {
  readonly #descriptor: number;
  readonly #hash = createHash("sha256");
  readonly #buffer = Buffer.allocUnsafe(1024 * 1024);
  #filled = 0;
  #open = true;
  size = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, "wx", 0o644);
  }

  write(bytes: Buffer): void {
    this.size += bytes.length;
    if (this.#filled + bytes.length > this.#buffer.length) this.#flush();
    if (bytes.length > this.#buffer.length) this.#put(bytes);
    else this.#filled += bytes.copy(this.#buffer, this.#filled);
  }

  /** Answers the SHA-256. */
  close(): string {
    this.#flush();
    this.abandon();
    return this.#hash.digest("hex");
  }

  abandon(): void {
    if (this.#open) closeSync(this.#descriptor);
    this.#open = false;
  }

  #flush(): void {
    this.#put(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #put(bytes: Buffer): void {
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
  }
}
