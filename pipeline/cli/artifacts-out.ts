import { basename, join } from "node:path";
import { GateError } from "../../schemas/error.ts";
import type { Artifact } from "../../schemas/protocol/artifact.ts";
import { exportZip, type Member } from "../protocol/artifacts/export-zip.ts";
import { filesBelow } from "../protocol/artifacts/files-below.ts";
import { writeNew } from "../protocol/artifacts/hashed-copy.ts";
import { LAYER } from "../protocol/artifacts/layer.ts";
import { materialize, saveBelow } from "../protocol/artifacts/materialize.ts";
import { byCodeUnit } from "../protocol/artifacts/order.ts";
import { factsOfBytes } from "../protocol/artifacts/payload.ts";
import { artifactOf, handleOf } from "../protocol/artifacts/sidecar.ts";
import { storing } from "../protocol/artifacts/storing.ts";
import { type ArtifactsPlace, recording } from "./artifacts-place.ts";
import { EXPORTER, type Exported, keepRecord } from "./export-record.ts";
import type { World } from "./world.ts";

/**
 * `artifacts materialize`: a copy of one payload at a path below the working folder, with an ExportRecord (D-09 to D-12).
 * @throws GateError OUTPUT_INVALID when it is refused, DOCUMENT_INVALID when it was changed; both are recorded
 */
export function materializeArtifact(place: ArtifactsPlace, artifact: Artifact, to: string, world: World): number {
  const format = artifact.hash_basis === "bitwise:payload-bytes" ? "file" : "folder";
  const exported = { format, artifacts: [artifact], handle: handleOf(artifact) } as const;
  const path = recorded("materialize", exported, to, place, world, () => {
    refuseToLeave(artifact);
    return materialize(place.store.get(artifact.artifact_id), world.cwd, to);
  });
  world.stdout(`${path}\n`);
  return 0;
}

/**
 * `artifacts export`: everything that may leave, as one ZIP below the working folder (D-07 to D-12).
 * @throws as `materializeArtifact`; OUTPUT_INVALID when nothing may leave
 */
export function exportArtifacts(place: ArtifactsPlace, to: string, world: World): number {
  const { folder } = place.store;
  const artifacts = place.store.list();
  const sent = artifacts.filter(({ exportable }) => exportable);
  const [first] = sent;
  if (first === undefined) {
    throw new GateError("OUTPUT_INVALID", `found ${artifacts.length} artifacts of which none may leave, expected one`, {
      next: "supply-gate artifacts list shows what there is",
    });
  }
  // What was changed since does not leave.
  for (const { artifact_id: id } of sent) place.store.get(id);
  const times = artifacts.map(({ created_at: at }) => at).sort(byCodeUnit);
  const createdAt = times.at(-1) ?? first.created_at;
  const { zip, manifest } = storing(folder, () =>
    exportZip(folder, membersOf(folder, artifacts), { createdAt, exporter: EXPORTER }),
  );
  const bundle = artifactOf(factsOfBytes(zip), {
    kind: "bundle",
    mime: "application/zip",
    createdAt,
    classification: "medium",
    retentionKind: "Result",
  });
  const write = (temporary: string) => writeNew(temporary, Buffer.from(zip), 0o644, true);
  const exported = { format: "zip", artifacts: sent, handle: handleOf(bundle) } as const;
  const path = recorded("export", exported, to, place, world, () => saveBelow(world.cwd, to, "file", write));
  const stayed = artifacts.length - sent.length;
  world.stdout(`${path}: ${sent.length} artifacts, ${stayed} may not leave, bundle ${manifest.bundle_hash}\n`);
  return 0;
}

/** What goes out, or is refused, leaves a record and an event either way. */
function recorded(
  action: "materialize" | "export",
  exported: Exported,
  to: string,
  place: ArtifactsPlace,
  world: World,
  work: () => string,
): string {
  const target = basename(to).slice(0, 200);
  const event = { type: "artifact_action", action, artifact: exported.handle.uri, actor: "human", target } as const;
  return recording(place, world, (tell) => {
    let path: string;
    try {
      path = work();
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      keepRecord(place, exported, { errors: [error.message] }, world);
      tell({ ...event, outcome: "refused", code: error.code });
      throw error;
    }
    keepRecord(place, exported, { materialized_paths: [path] }, world);
    tell({ ...event, outcome: "done", code: null });
    return path;
  });
}

/** Payload and sidecar of each, at the places that they have in a store. */
function membersOf(store: string, artifacts: readonly Artifact[]): Member[] {
  return artifacts.flatMap(({ artifact_id: id, exportable }) =>
    filesBelow(join(store, LAYER, id)).files.map((name) => ({ path: `${LAYER}/${id}/${name}`, exportable })),
  );
}

function refuseToLeave({ exportable, artifact_id: id }: Artifact): void {
  if (exportable) return;
  throw new GateError("OUTPUT_INVALID", `${id}: found an artifact that may not leave, expected an exportable one`, {
    next: "it is classified high; look at it where it is",
  });
}
