import { z } from "zod";
import { Sha256 } from "./common.ts";

/** `advisories.lock.json`: the advisory snapshot that a repository is judged by, until somebody bumps it. */
export const AdvisoriesLock = z.strictObject({
  schemaVersion: z.literal("supply-gate/advisories-lock-1"),
  snapshotId: Sha256,
  /** Date of the newest advisory in it. */
  newestModified: z.iso.datetime(),
  /** Number of advisories by ecosystem, sorted by name. */
  ecosystems: z.record(z.string(), z.int().nonnegative()),
});
export type AdvisoriesLock = z.infer<typeof AdvisoriesLock>;
