import { Buffer } from "node:buffer";
import type { SourcePath } from "../../../schemas/common.ts";
import { bytesOfPath, sourcePathOf } from "../../tree/source-path.ts";

/** A path as Python writes it (PEP 383): each byte that is no UTF-8 is a lone surrogate, U+DC00 plus the byte. */
export function pythonPath(path: SourcePath): string {
  if (path.pathBytes === undefined) return path.path;
  const bytes = bytesOfPath(path);
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const character = [1, 2, 3, 4].map((size) => bytes.subarray(at, at + size)).find(isUtf8);
    text += character?.toString("utf8") ?? String.fromCharCode(0xdc00 + (bytes[at] as number));
    at += character?.length ?? 1;
  }
  return text;
}

/** The source path of a path that Python wrote. */
export function fromPythonPath(text: string): SourcePath {
  if (!LONE.test(text)) return { path: text };
  const parts = [...text].map((part) => (LONE.test(part) ? Buffer.of(part.charCodeAt(0) - 0xdc00) : Buffer.from(part)));
  return sourcePathOf(Buffer.concat(parts));
}

const LONE = /[\udc80-\udcff]/u;

function isUtf8(bytes: Buffer): boolean {
  return bytes.length > 0 && Buffer.from(bytes.toString("utf8")).equals(bytes);
}
