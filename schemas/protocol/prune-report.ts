import { z } from "zod";
import { Sha256 } from "../common.ts";
import { StoredKind } from "./artifact.ts";
import { Id } from "./diagnostic.ts";
import { RetentionKind, RetentionPolicies } from "./retention-policy.ts";

const Count = z.int().nonnegative();

/** Why something goes or stays. `expired` by its own time to live, `outside_window` by its kind's policy; `spared_versions` is one of the newest of its sort. */
export const PruneReason = z.enum(["expired", "outside_window", "spared_pinned", "spared_window", "spared_versions"]);
export type PruneReason = z.infer<typeof PruneReason>;

/** PruneReport (D-14, D-15): what a collection of garbage does, each artifact with its reason; stored before anything goes. */
export const PruneReport = z
  .strictObject({
    schema_version: z.literal("supply-gate/prune-report-1"),
    timestamp: z.iso.datetime(),
    dry_run: z.boolean(),
    policy: RetentionPolicies,
    items_scanned: Count,
    items_pruned: Count,
    items_spared_pinned: Count,
    /** Within window or time to live, or among the newest versions. */
    items_spared_window: Count,
    total_bytes_freed: Count,
    /** Sorted by id. */
    items: z.array(
      z.strictObject({
        artifact_id: Id,
        content_hash: Sha256,
        kind: StoredKind,
        retention_kind: RetentionKind,
        size_bytes: Count,
        pruned: z.boolean(),
        reason: PruneReason,
      }),
    ),
  })
  .refine(
    (report) =>
      report.items_scanned === report.items.length &&
      report.items_pruned + report.items_spared_pinned + report.items_spared_window === report.items_scanned,
    { error: "expected counts that add up" },
  );
export type PruneReport = z.infer<typeof PruneReport>;
