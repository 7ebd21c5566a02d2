import { z } from "zod";
import { Sha256 } from "./common.ts";

/** What a lockfile says an archive's content is, in lower-case hex; `h1` is Go's hash over the files of a module's zip. */
export const LockedHash = z.strictObject({
  algorithm: z.enum(["sha512", "sha384", "sha256", "sha1", "h1"]),
  value: z.string().regex(/^(?:[0-9a-f]{2}){20,64}$/, "expected 20 to 64 bytes in lower-case hex"),
});
export type LockedHash = z.infer<typeof LockedHash>;

/** Why there is no fact about a locked package. */
export const MissingReason = z.enum([
  "no-hash",
  "not-registry",
  "not-found",
  "hash-mismatch",
  "archive-refused",
  "network",
  "unsupported-ecosystem",
]);
export type MissingReason = z.infer<typeof MissingReason>;

/** Why an entry of an archive was not looked at: `below-root` are licence files of what lies inside the package (vendored code, examples). */
export const IgnoredReason = z.enum([
  "absolute",
  "traversal",
  "symlink",
  "hardlink",
  "special-file",
  "too-large",
  "too-many",
  "below-root",
  "duplicate",
]);
export type IgnoredReason = z.infer<typeof IgnoredReason>;

/**
 * What the archive of one locked package says about its licence: declared in its metadata, and detected by the scanner in its licence files.
 *
 * `scanner` is null when none looked: then no file has a `detected`. `ignored` names the first 20 entries, `ignoredCounts` counts all of them.
 * `digest` is over the canonical JSON of everything else.
 */
export const LicenseFact = z.strictObject({
  schemaVersion: z.literal("supply-gate/license-fact-1"),
  purl: z.string().regex(/^pkg:/),
  archive: z.strictObject({ sha256: Sha256, bytes: z.int().nonnegative(), locked: LockedHash }),
  declared: z.array(z.strictObject({ raw: z.string(), from: z.string() })),
  files: z.array(
    z.strictObject({
      path: z.string().min(1),
      sha256: Sha256,
      bytes: z.int().nonnegative(),
      detected: z.string().nullable(),
    }),
  ),
  scanner: z.strictObject({ name: z.string(), version: z.string() }).nullable(),
  ignored: z.array(z.strictObject({ path: z.string(), reason: IgnoredReason })).max(20),
  ignoredCounts: z.partialRecord(IgnoredReason, z.int().positive()),
  digest: Sha256,
});
export type LicenseFact = z.infer<typeof LicenseFact>;
