import { z } from "zod";
import { Sha256 } from "../common.ts";
import { Id } from "./diagnostic.ts";

/**
 * A file's place in a bundle, the same on every system (D-07): relative, `/` between parts of which none is empty, `.` or `..`; NFC; no
 * backslash, colon, control character or lone surrogate.
 */
export const BundlePath = z
  .string()
  .max(1024)
  .regex(
    /^(?!\.{1,2}(?:\/|$))[^/\\:\p{Cc}\p{Cs}]+(?:\/(?!\.{1,2}(?:\/|$))[^/\\:\p{Cc}\p{Cs}]+)*$/u,
    "expected a relative path without . and .., backslash, colon or control character",
  )
  .refine((path) => path === path.normalize("NFC"), { error: "expected a name in NFC" });

export const BundleFile = z.strictObject({
  path: BundlePath,
  content_hash: Sha256,
  size_bytes: z.int().nonnegative(),
});
export type BundleFile = z.infer<typeof BundleFile>;

/** `bundle_index.json` (D-07): every file of a bundle but itself, sorted by code unit. `index_hash` is over `files` alone, so equal content has an equal one (K-22). */
export const BundleIndex = z.strictObject({
  schema_version: z.literal("supply-gate/bundle-index-1"),
  determinism_level: z.literal("structural"),
  /** SHA-256 of `files` as canonical JSON (RFC 8785). */
  index_hash: Sha256,
  files: z
    .array(BundleFile)
    .refine((files) => files.every(({ path }, at) => at === 0 || (files[at - 1]?.path ?? "") < path), {
      error: "expected each path once, in the order of code units",
    }),
});
export type BundleIndex = z.infer<typeof BundleIndex>;

/** Who exported, and how it was set up (D-11). */
export const Exporter = z.strictObject({
  engine_id: z.string().min(1),
  engine_version: z.string().min(1),
  config_hash: Sha256,
});
export type Exporter = z.infer<typeof Exporter>;

/**
 * `bundle_manifest.json` of an exported bundle (D-08). `bundle_hash` = SHA-256 of this as canonical JSON without it, a line feed, and the files' SHA-256 in
 * the order of their paths, joined by line feeds. What may not leave is left out, and named (D-12).
 */
export const BundleManifest = z.strictObject({
  schema_version: z.literal("supply-gate/bundle-manifest-1"),
  bundle_id: Id,
  /** The newest time that a member has: equal content has an equal one. */
  created_at: z.iso.datetime(),
  exporter: Exporter,
  determinism_level: z.literal("structural"),
  index_hash: Sha256,
  omitted: z.array(z.strictObject({ path: BundlePath, reason: z.literal("not-exportable") })),
  bundle_hash: Sha256,
});
export type BundleManifest = z.infer<typeof BundleManifest>;
