import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { type Zippable, zipSync } from "fflate";
import type { BundleIndex, BundleManifest, Exporter } from "../../../schemas/protocol/bundle-index.ts";
import { uuidOf } from "../../findings/digest.ts";
import { BUNDLE_INDEX, bundleIndex, bundleIndexText } from "./bundle-index.ts";
import { byCodeUnit } from "./order.ts";
import { factsOfBytes } from "./payload.ts";

/** A file that may go into a bundle, below the folder that is exported, and whether it may leave (D-12). */
export interface Member {
  readonly path: string;
  readonly exportable: boolean;
}

export interface ExportedZip {
  readonly zip: Uint8Array;
  readonly manifest: BundleManifest;
  readonly index: BundleIndex;
}

/**
 * A bundle as one ZIP, the same bytes from the same content on every machine (D-07, D-08, K-23): entries by path, 1980-01-01, DEFLATE 6, nothing of an
 * operating system; its index, and a manifest whose `bundle_hash` is over the manifest and the files' digests. What may not leave is named, not sent.
 */
export function exportZip(
  folder: string,
  members: readonly Member[],
  about: { readonly createdAt: string; readonly exporter: Exporter },
): ExportedZip {
  const sorted = [...members].sort((a, b) => byCodeUnit(a.path, b.path));
  const files = new Map<string, Uint8Array>();
  for (const { path } of sorted.filter(({ exportable }) => exportable))
    files.set(path, readFileSync(join(folder, path)));
  const index = bundleIndex([...files].map(([path, bytes]) => fileOf(path, bytes)));
  const omitted = sorted.flatMap(({ path, exportable }) =>
    exportable ? [] : [{ path, reason: "not-exportable" as const }],
  );
  const manifest = manifestOf(index, omitted, about);
  const texts = new Map<string, Uint8Array>([
    ...files,
    [BUNDLE_INDEX, Buffer.from(bundleIndexText(index))],
    [MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)],
  ]);
  return { zip: zipOf(texts), manifest, index };
}

const MANIFEST = "bundle_manifest.json";

/** fflate's DEFLATE is one program everywhere; zlib's output differs between processors and versions. */
function zipOf(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {};
  for (const [path, bytes] of [...files].sort(([a], [b]) => byCodeUnit(a, b))) entries[path] = bytes;
  return zipSync(entries, { level: 6, os: 0, attrs: 0, mtime: new Date(1980, 0, 1) });
}

function fileOf(path: string, bytes: Uint8Array) {
  const { content_hash, size_bytes } = factsOfBytes(bytes);
  return { path, content_hash, size_bytes };
}

function manifestOf(
  index: BundleIndex,
  omitted: BundleManifest["omitted"],
  { createdAt, exporter }: { readonly createdAt: string; readonly exporter: Exporter },
): BundleManifest {
  const manifest = {
    schema_version: "supply-gate/bundle-manifest-1" as const,
    bundle_id: uuidOf(index.index_hash),
    created_at: createdAt,
    exporter,
    determinism_level: "structural" as const,
    index_hash: index.index_hash,
    omitted,
  };
  const hashes = index.files.map(({ content_hash: hash }) => hash).join("\n");
  const bundle_hash = createHash("sha256")
    .update(`${canonicalize(manifest)}\n${hashes}`)
    .digest("hex");
  return { ...manifest, bundle_hash };
}
