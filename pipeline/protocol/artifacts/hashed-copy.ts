import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { GateError } from "../../../schemas/error.ts";

export interface Hashed {
  readonly sha256: string;
  readonly size: number;
}

const CHUNK = 256 * 1024;
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** SHA-256 and size of a regular file; a link is refused. @throws GateError STORAGE_FAILED; Error of the file system */
export function hashFile(path: string): Hashed {
  return pump(path, () => undefined);
}

/** Copies a regular file into a new one. The hash is of the bytes that were written, not of a second reading (J-59). @throws as `hashFile` */
export function copyHashed(from: string, to: string, mode: number, sync: boolean): Hashed {
  return writingNew(to, mode, sync, (write) => pump(from, write));
}

/** Writes bytes into a new file. @throws Error of the file system */
export function writeNew(to: string, bytes: Buffer, mode: number, sync: boolean): void {
  writingNew(to, mode, sync, (write) => write(bytes));
}

function writingNew<T>(to: string, mode: number, sync: boolean, work: (write: (bytes: Buffer) => void) => T): T {
  const file = openSync(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  try {
    const done = work((bytes) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    });
    if (sync) fsyncSync(file);
    return done;
  } finally {
    closeSync(file);
  }
}

function pump(path: string, take: (bytes: Buffer) => void): Hashed {
  // Without O_NONBLOCK a named pipe would hold us until somebody writes.
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new GateError("STORAGE_FAILED", `${path}: found no regular file, expected one`);
    const hash = createHash("sha256");
    const chunk = Buffer.allocUnsafe(Math.max(1, Math.min(CHUNK, found.size + 1)));
    let size = 0;
    for (let got = readSync(file, chunk); got > 0; got = readSync(file, chunk)) {
      const bytes = chunk.subarray(0, got);
      hash.update(bytes);
      take(bytes);
      size += got;
    }
    return { sha256: hash.digest("hex"), size };
  } finally {
    closeSync(file);
  }
}
