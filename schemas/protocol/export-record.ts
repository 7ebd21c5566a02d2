import { z } from "zod";
import { Sha256 } from "../common.ts";
import { StoredHandle } from "./artifact.ts";
import { Exporter } from "./bundle-index.ts";
import { Id } from "./diagnostic.ts";

/** ExportRecord (D-10, D-11): something left the store, or was to and did not (`errors` says why, and no path is there). Paths are relative to the folder that was opened for it. */
export const ExportRecord = z.strictObject({
  schema_version: z.literal("supply-gate/export-record-1"),
  export_id: Id,
  created_at: z.iso.datetime(),
  actor: z.enum(["HUMAN_DEV", "AI_JOB", "PLUGIN_TOOL"]),
  job_id: Id.optional(),
  source_entity_refs: z.array(z.string().min(1).max(4096)),
  source_hashes: z.array(Sha256).min(1),
  display_projection_ref: z.string().min(1).optional(),
  export_format: z.enum(["file", "folder", "zip"]),
  exporter: Exporter,
  determinism_level: z.enum(["bitwise", "structural", "best_effort"]),
  export_target: z.literal("local_file"),
  policy_id: z.string().min(1),
  /** Whether the export itself took something out; what is stored is redacted before it is stored. */
  redactions_applied: z.boolean(),
  output_artifact_handles: z.array(StoredHandle).min(1),
  materialized_paths: z.array(z.string().min(1).max(4096)).optional(),
  warnings: z.array(z.string()).optional(),
  errors: z.array(z.string()).optional(),
});
export type ExportRecord = z.infer<typeof ExportRecord>;
