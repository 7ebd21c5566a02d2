import { z } from "zod";
import { Sha256 } from "./common.ts";
import { SCANNER } from "./osv-record.ts";

const Count = z.int().nonnegative();

/** Records that were left out because they could not be read as advisories: why, how many, up to three by name. */
const RejectedRecords = z.strictObject({
  reason: z.string(),
  count: z.int().positive(),
  examples: z.array(z.string()),
});
export type RejectedRecords = z.infer<typeof RejectedRecords>;

/** One ecosystem's database inside a snapshot, and everything in which it differs from what it was built from. */
export const SnapshotEcosystem = z.strictObject({
  /** OSV base ecosystem; the folder's name. */
  name: z.string(),
  /** Records in the zip, withdrawn ones included, without the canaries. */
  records: Count,
  /** Made-up records in the zip beside the real ones: a scanner that does not find them has not looked. */
  canaries: Count,
  withdrawn: Count,
  /** Newest `modified` or `published` of any record, UTC: golang/vulndb gives every record the year 1 as `modified`. */
  newestModified: z.iso.datetime(),
  /** Size in bytes and digest of `osv-scanner/<name>/all.zip`. */
  size: Count,
  sha256: Sha256,
  /** Records that name no package (commits only): offline they can't match anything. */
  unmatchable: Count,
  /** Records that came twice with equal content. */
  merged: Count,
  /** Files of the input that are no `*.json`. */
  otherFiles: Count,
  /** `affected` entries of other ecosystems, or without a package, in records that are kept. */
  affectedElsewhere: Count,
  /** Kept `affected` entries that state neither a version nor a range the scanner reads: they match nothing. */
  affectedWithoutVersions: Count,
  /** GIT ranges taken out of entries that name a package: a leading one hides all others from the scanner. */
  gitRangesRemoved: Count,
  /** PyPI names brought to the form that the scanner looks up (PEP 503). */
  namesNormalised: Count,
  /** What the scanner does not know, by place: one unknown field or value would have cost the whole record. */
  stripped: z.record(z.string(), z.int().positive()),
  rejected: z.array(RejectedRecords),
});
export type SnapshotEcosystem = z.infer<typeof SnapshotEcosystem>;

/** `snapshot.json`: what an offline advisory database holds. `snapshotId` is the SHA-256 of the canonical JSON (RFC 8785) of all the rest. */
export const Snapshot = z.strictObject({
  schemaVersion: z.literal("supply-gate/snapshot-2"),
  snapshotId: Sha256,
  scanner: z.literal(SCANNER),
  newestModified: z.iso.datetime(),
  /** Sorted by name. */
  ecosystems: z.array(SnapshotEcosystem).min(1),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** `sources.json`, beside `snapshot.json` where the snapshot was pulled: whence the bytes came. Not part of the identity. */
export const SnapshotSources = z.strictObject({
  schemaVersion: z.literal("supply-gate/snapshot-sources-1"),
  sources: z.array(
    z.strictObject({ ecosystem: z.string(), url: z.url(), size: Count, sha256: Sha256, etag: z.string().nullable() }),
  ),
});
export type SnapshotSources = z.infer<typeof SnapshotSources>;
