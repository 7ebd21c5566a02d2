import { join } from "node:path";
import { GateError } from "../../../schemas/error.ts";
import { type BundleFile, BundleIndex } from "../../../schemas/protocol/bundle-index.ts";
import { digestOf } from "../../findings/digest.ts";
import { filesBelow } from "./files-below.ts";
import { hashFile } from "./hashed-copy.ts";
import { byCodeUnit } from "./order.ts";

/** Its place in a bundle. */
export const BUNDLE_INDEX = "bundle_index.json";

/** The index of a bundle (D-07), from its files in any order. @throws Error of zod for a path that a bundle can't have, or has twice */
export function bundleIndex(files: Iterable<BundleFile>): BundleIndex {
  const sorted = [...files].sort((a, b) => byCodeUnit(a.path, b.path));
  return BundleIndex.parse({
    schema_version: "supply-gate/bundle-index-1",
    determinism_level: "structural",
    index_hash: indexHash(sorted),
    files: sorted,
  });
}

/** SHA-256 of the sorted list of files alone (K-22): also the content hash of a folder (D-06). */
export function indexHash(files: readonly BundleFile[]): string {
  return digestOf(files);
}

/** `bundle_index.json` as text. */
export function bundleIndexText(index: BundleIndex): string {
  return `${JSON.stringify(index, null, 2)}\n`;
}

/**
 * Hashes every file below a folder.
 * @throws GateError STORAGE_FAILED for what is neither file nor folder, or has a name that is not the same on every system
 */
export function indexFolder(root: string, skip: (path: string) => boolean = () => false): BundleIndex {
  const { files, strange } = filesBelow(root, skip);
  const [first] = strange;
  if (first !== undefined) throw new GateError("STORAGE_FAILED", `${root}/${first.path}: ${first.reason}`);
  return bundleIndex(files.map((path) => fileOf(root, path)));
}

/** One file of a folder as the index has it. */
export function fileOf(root: string, path: string): BundleFile {
  const { sha256, size } = hashFile(join(root, path));
  return { path, content_hash: sha256, size_bytes: size };
}
