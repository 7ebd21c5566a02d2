import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { GateError } from "../../../schemas/error.ts";
import { indexHash } from "./bundle-index.ts";
import { filesBelow } from "./files-below.ts";
import { copyHashed, hashFile, writeNew } from "./hashed-copy.ts";
import type { PayloadFacts } from "./sidecar.ts";
import { syncPath } from "./storing.ts";

/** What is stored: bytes, a file, or all files below a folder. */
export type Payload = { readonly bytes: Uint8Array | string } | { readonly file: string } | { readonly folder: string };

/**
 * Writes a payload to a new place and says what was written.
 * @throws GateError STORAGE_FAILED for a link, a special file, or a name that is not the same on every system
 */
export function writePayload(payload: Payload, to: string, mode: number, sync: boolean): PayloadFacts {
  if ("folder" in payload) return copyFolder(payload.folder, to, mode, sync);
  if ("file" in payload) return ofBytes(copyHashed(payload.file, to, mode, sync));
  const bytes = Buffer.from(payload.bytes);
  writeNew(to, bytes, mode, sync);
  return factsOfBytes(bytes);
}

/** What the sidecar says of a payload that is bytes. */
export function factsOfBytes(bytes: Uint8Array | string): PayloadFacts {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return ofBytes({ sha256, size: Buffer.byteLength(bytes) });
}

/** What lies at `place`, measured anew. @throws as `writePayload` */
export function measurePayload(place: string, basis: PayloadFacts["hash_basis"]): PayloadFacts {
  if (basis === "bitwise:payload-bytes") return ofBytes(hashFile(place));
  return ofFolder(pathsOf(place).map((path) => ({ path, ...hashFile(join(place, path)) })));
}

/** Copies a stored payload out of the store. @throws as `writePayload` */
export function copyPayload(place: string, basis: PayloadFacts["hash_basis"], to: string): PayloadFacts {
  return writePayload(basis === "bitwise:payload-bytes" ? { file: place } : { folder: place }, to, 0o644, true);
}

function copyFolder(from: string, to: string, mode: number, sync: boolean): PayloadFacts {
  const paths = pathsOf(from);
  const folders = [...new Set(["", ...paths.flatMap(parentsOf)])].sort();
  for (const folder of folders) mkdirSync(join(to, folder));
  const files = paths.map((path) => ({ path, ...copyHashed(join(from, path), join(to, path), mode, sync) }));
  if (sync) for (const folder of folders.toReversed()) syncPath(join(to, folder));
  return ofFolder(files);
}

function pathsOf(folder: string): readonly string[] {
  const { files, strange } = filesBelow(folder);
  const [first] = strange;
  if (first !== undefined) throw new GateError("STORAGE_FAILED", `${folder}/${first.path}: ${first.reason}`);
  return files;
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === "." ? [] : [...parentsOf(parent), parent];
}

function ofBytes({ sha256, size }: { sha256: string; size: number }): PayloadFacts {
  return { content_hash: sha256, hash_basis: "bitwise:payload-bytes", size_bytes: size };
}

function ofFolder(files: readonly { path: string; sha256: string; size: number }[]): PayloadFacts {
  const index = files.map(({ path, sha256, size }) => ({ path, content_hash: sha256, size_bytes: size }));
  const size = files.reduce((sum, each) => sum + each.size, 0);
  return { content_hash: indexHash(index), hash_basis: "structural:sorted-index", size_bytes: size };
}
