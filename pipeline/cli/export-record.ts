import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Artifact, StoredHandle } from "../../schemas/protocol/artifact.ts";
import { ExportRecord } from "../../schemas/protocol/export-record.ts";
import { digestOf } from "../findings/digest.ts";
import { writeNew } from "../protocol/artifacts/hashed-copy.ts";
import { storing } from "../protocol/artifacts/storing.ts";
import { liveIds } from "../protocol/recorder/live-id.ts";
import type { ArtifactsPlace } from "./artifacts-place.ts";
import { VERSION } from "./version.ts";
import type { World } from "./world.ts";

/** Who exports, and how it is set up (D-11). */
export const EXPORTER = {
  engine_id: "supply_gate.artifacts",
  engine_version: VERSION,
  config_hash: digestOf({ deflate: 6, mtime: "1980-01-01", os: 0 }),
};

export interface Exported {
  readonly format: ExportRecord["export_format"];
  readonly artifacts: readonly Artifact[];
  readonly handle: StoredHandle;
}

/**
 * Says what left and where to, or what was refused and why, in `run/exports/` beside the recorder: results stay as they were written (D-10, D-11).
 * @throws GateError STORAGE_FAILED
 */
export function keepRecord(
  { folder }: ArtifactsPlace,
  { format, artifacts, handle }: Exported,
  outcome: Pick<ExportRecord, "materialized_paths" | "errors">,
  world: World,
): void {
  const id = liveIds(world.now, randomBytes)();
  const refs = artifacts.flatMap(({ source_entity_refs: each }) => each ?? []);
  const record = ExportRecord.parse({
    schema_version: "supply-gate/export-record-1",
    export_id: id,
    created_at: world.now().toISOString(),
    actor: "HUMAN_DEV",
    source_entity_refs: [...new Set(refs)].sort(),
    source_hashes: artifacts.map(({ content_hash: hash }) => hash),
    export_format: format,
    exporter: EXPORTER,
    determinism_level: format === "file" ? "bitwise" : "structural",
    export_target: "local_file",
    policy_id: "supply-gate.default",
    redactions_applied: false,
    output_artifact_handles: [handle],
    ...outcome,
  });
  const place = join(folder, "run", "exports", `${id}.json`);
  storing(place, () => {
    mkdirSync(dirname(place), { recursive: true });
    writeNew(place, Buffer.from(`${JSON.stringify(record, null, 2)}\n`), 0o600, true);
  });
}
