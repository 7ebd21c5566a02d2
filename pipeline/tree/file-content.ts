import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { InventoryFile, LeftOut } from "../../schemas/inventory.ts";
import { encodingOf, HEAD_BYTES } from "./encoding.ts";
import { landmarkReader } from "./landmarks.ts";
import { MAX_FILE_BYTES } from "./limits.ts";
import { TAIL_BYTES, unscannedOf } from "./unscanned.ts";

export type FileContent = Pick<InventoryFile, "size" | "sha256" | "encoding" | "unscanned" | "landmarks">;

/**
 * Reads a file once, to its end, and says what it holds; or, with the reason, why that can't be said.
 *
 * A file that is written meanwhile is noticed, and one that grows without end is not followed. It throws nothing.
 */
export function contentOf(place: Buffer): FileContent | Pick<LeftOut, "reason" | "detail"> {
  try {
    return read(place);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    return { reason: GONE.has(code) ? "changed-while-read" : "unreadable", detail: code };
  }
}

/** It was there when its folder was read: gone, or a link in its place. */
const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENXIO"]);

const CHUNK = Buffer.allocUnsafe(1024 * 1024);

function read(place: Buffer): ReturnType<typeof contentOf> {
  // O_NONBLOCK: a FIFO that took the file's place since the folder was read must not hang the walk.
  const descriptor = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const before = fstatSync(descriptor);
    if (!before.isFile()) return { reason: "special-file" };
    if (before.size > MAX_FILE_BYTES) {
      return { reason: "too-large", detail: `${before.size} bytes, more than ${MAX_FILE_BYTES}` };
    }
    const content = digest(descriptor, before.size);
    const after = fstatSync(descriptor);
    if (content === undefined || after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      return { reason: "changed-while-read", detail: "written to while it was read" };
    }
    return content;
  } finally {
    closeSync(descriptor);
  }
}

/** Undefined when there is more or less to read than `size`. */
function digest(descriptor: number, size: number): FileContent | undefined {
  const hash = createHash("sha256");
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let seen = 0;
  let scanned: ScannedText | undefined;
  for (let got = readSync(descriptor, CHUNK); got > 0; got = readSync(descriptor, CHUNK)) {
    const part = CHUNK.subarray(0, got);
    if (seen === 0) {
      head = Buffer.from(part.subarray(0, HEAD_BYTES));
      scanned = scannedText(encodingOf(head));
    }
    scanned?.take(part);
    tail = Buffer.concat([tail, part.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    hash.update(part);
    seen += got;
    if (seen > size) return undefined;
  }
  if (seen !== size) return undefined;
  const unscanned = unscannedOf(head, tail);
  const landmarks = scanned?.end();
  return {
    size,
    sha256: hash.digest("hex"),
    encoding: encodingOf(head),
    ...(unscanned === undefined ? {} : { unscanned }),
    ...(landmarks === undefined ? {} : { landmarks }),
  };
}

interface ScannedText {
  take(part: Buffer): void;
  end(): InventoryFile["landmarks"];
}

/** Looks for the landmarks of the text as it will be scanned; undefined: it is none. */
function scannedText(encoding: InventoryFile["encoding"]): ScannedText | undefined {
  const reader = landmarkReader();
  if (encoding === "binary") return undefined;
  if (encoding === "masked-text") reader.take(Buffer.from("\n"));
  if (encoding === "text" || encoding === "masked-text") return reader;
  const decoder = new TextDecoder(encoding);
  return {
    take: (part) => reader.take(Buffer.from(decoder.decode(part, { stream: true }))),
    end() {
      reader.take(Buffer.from(decoder.decode()));
      return reader.end();
    },
  };
}
