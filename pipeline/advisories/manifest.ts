import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { SCANNER } from "../../schemas/osv-record.ts";
import type { Snapshot, SnapshotEcosystem } from "../../schemas/snapshot.ts";

export const MANIFEST = "snapshot.json";

/** Folders of the databases, by version of the scanner: up to 2.4.0, and from 2.5.0 on. */
export const DATABASE_FOLDERS = ["osv-scanner", "osv-scalibr"] as const;

/** The manifest of these databases (sorted by name), named by its own content. */
export function manifestOf(ecosystems: readonly SnapshotEcosystem[]): Snapshot {
  const newestModified = ecosystems
    .map((ecosystem) => ecosystem.newestModified)
    .sort()
    .at(-1) as string;
  const content: Omit<Snapshot, "snapshotId"> = {
    schemaVersion: "supply-gate/snapshot-2",
    scanner: SCANNER,
    newestModified,
    ecosystems: [...ecosystems],
  };
  return { ...content, snapshotId: snapshotIdOf(content) };
}

/** SHA-256 of the canonical JSON (RFC 8785) of a manifest without its `snapshotId`. */
export function snapshotIdOf(content: Omit<Snapshot, "snapshotId">): string {
  return createHash("sha256")
    .update(canonicalize(content) as string)
    .digest("hex");
}

/** The bytes of `snapshot.json`. */
export function manifestText(snapshot: Snapshot): string {
  return `${canonicalize(snapshot)}\n`;
}
