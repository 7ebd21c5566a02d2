import { GateError } from "../../../schemas/error.ts";
import {
  Artifact,
  type ArtifactEngine,
  type StoredHandle,
  type StoredKind,
} from "../../../schemas/protocol/artifact.ts";
import type { RetentionKind } from "../../../schemas/protocol/retention-policy.ts";
import { readJson } from "../../../schemas/read.ts";
import { digestOf, uuidOf } from "../../findings/digest.ts";

/** What is said about a payload when it is stored. `exportable` is false for what is sensitive unless it is said (B-10). */
export interface ArtifactFacts<K extends StoredKind = StoredKind> {
  readonly kind: K;
  readonly mime: string;
  readonly filenameHint?: string | undefined;
  /** RFC 3339; the as-of date for what a run decides. */
  readonly createdAt: string;
  readonly createdByJobId?: string | undefined;
  readonly sourceEntityRefs?: readonly string[] | undefined;
  readonly sourceArtifactRefs?: readonly string[] | undefined;
  readonly classification: Artifact["classification"];
  readonly exportable?: boolean | undefined;
  readonly retentionKind: RetentionKind;
  readonly retentionTtlDays?: number | undefined;
  readonly engine?: ArtifactEngine | undefined;
  readonly pinned?: boolean | undefined;
}

export type PayloadFacts = Pick<Artifact, "content_hash" | "hash_basis" | "size_bytes">;

/**
 * The sidecar of a payload (D-04, D-05). Equal content with equal facts has an equal id, whenever it is stored.
 * @throws GateError DOCUMENT_INVALID for facts that do not fit
 */
export function artifactOf(payload: PayloadFacts, facts: ArtifactFacts): Artifact {
  const content = {
    schema_version: "supply-gate/artifact-1",
    layer: "L3",
    kind: facts.kind,
    mime: facts.mime,
    filename_hint: facts.filenameHint,
    created_by_job_id: facts.createdByJobId,
    source_entity_refs: facts.sourceEntityRefs,
    source_artifact_refs: facts.sourceArtifactRefs,
    ...payload,
    classification: facts.classification,
    exportable: facts.exportable ?? (facts.classification !== "high" && facts.kind !== "prompt_payload"),
    retention_kind: facts.retentionKind,
    retention_ttl_days: facts.retentionTtlDays,
    engine: facts.engine,
  };
  const whole = { ...content, created_at: facts.createdAt, pinned: facts.pinned === true ? true : undefined };
  return sealed({ ...whole, artifact_id: idOf(whole) });
}

/** The same artifact, pinned or not. */
export function withPin({ pinned: _before, ...rest }: Artifact, pinned: boolean): Artifact {
  return sealed({ ...rest, ...(pinned ? { pinned: true } : {}) });
}

/** `artifact.json` as text: keys in the schema's order. */
export function sidecarText(artifact: Artifact): string {
  return `${JSON.stringify(artifact, null, 2)}\n`;
}

/**
 * Reads `artifact.json`, and holds it against itself: its id, its seal, its form byte for byte.
 * @throws GateError DOCUMENT_INVALID that says what is wrong
 */
export function readSidecar(text: string, origin: string): Artifact {
  const artifact = readJson(Artifact, text, origin);
  if (artifact.artifact_id !== idOf(artifact)) throw differs(origin, "artifact_id is not that of what it says");
  if (artifact.seal !== sealOf(artifact)) throw differs(origin, "its seal is not that of what it says");
  if (sidecarText(artifact) !== text) throw differs(origin, "it is not written as it was");
  return artifact;
}

export function handleOf(artifact: Artifact): StoredHandle {
  const { artifact_id, kind, content_hash, size_bytes, classification, exportable, retention_ttl_days } = artifact;
  return {
    artifact_id,
    kind,
    uri: `artifact://sha256/${content_hash}`,
    content_hash,
    size_bytes,
    classification,
    exportable,
    ...(retention_ttl_days === undefined ? {} : { retention_ttl_days }),
  };
}

function idOf(artifact: object): string {
  const { artifact_id: _id, created_at: _time, pinned: _pin, seal: _seal, ...content } = artifact as Partial<Artifact>;
  return uuidOf(digestOf(content));
}

function sealed(unsealed: object): Artifact {
  const checked = Artifact.safeParse({ ...unsealed, seal: "0".repeat(64) });
  if (!checked.success) {
    const issues = checked.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    throw new GateError("DOCUMENT_INVALID", `artifact.json: ${issues}`);
  }
  return { ...checked.data, seal: sealOf(checked.data) };
}

function sealOf(artifact: Artifact): string {
  const { seal: _own, ...rest } = artifact;
  return digestOf(rest);
}

function differs(origin: string, why: string): GateError {
  return new GateError("DOCUMENT_INVALID", `${origin}: ${why}`);
}
