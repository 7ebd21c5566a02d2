import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, lstatSync, openSync, readSync } from "node:fs";

const CHUNK_BYTES = 1024 * 1024;

/** SHA-256 of each file by name; what is no plain file has none. Its size is bounded by the step's limits. */
export function outputDigests(places: ReadonlyMap<string, string>): Record<string, string> {
  const digests: Record<string, string> = {};
  for (const [name, path] of places) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) digests[name] = digestOfFile(path);
  }
  return digests;
}

/** In chunks: a step's output may be larger than what we want to hold. */
function digestOfFile(path: string): string {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openSync(path, "r");
  try {
    for (let got = readSync(file, chunk); got > 0; got = readSync(file, chunk)) hash.update(chunk.subarray(0, got));
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}
