import { Buffer } from "node:buffer";
import type { SourcePath } from "../../schemas/common.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A file's name as bytes, made into a {@link SourcePath}: text where it is UTF-8, else text for people plus the bytes. */
export function sourcePathOf(bytes: Buffer): SourcePath {
  try {
    return { path: strict.decode(bytes) };
  } catch {
    return { path: shown(bytes), pathBytes: bytes.toString("base64") };
  }
}

/** The bytes that the file system knows the file by. */
export function bytesOfPath(path: SourcePath): Buffer {
  return path.pathBytes === undefined ? Buffer.from(path.path, "utf8") : Buffer.from(path.pathBytes, "base64");
}

/** By code unit, as everywhere: never by locale. */
export function byPath(a: SourcePath, b: SourcePath): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  const left = a.pathBytes ?? "";
  const right = b.pathBytes ?? "";
  return left < right ? -1 : left > right ? 1 : 0;
}

function shown(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((size) => decodes(bytes.subarray(at, at + size)));
    if (length === undefined) {
      text += `\\x${(bytes[at] as number).toString(16).padStart(2, "0")}`;
      at += 1;
    } else {
      text += bytes.subarray(at, at + length).toString("utf8");
      at += length;
    }
  }
  return text;
}

function decodes(bytes: Buffer): boolean {
  try {
    return strict.decode(bytes).length > 0;
  } catch {
    return false;
  }
}
