import { z } from "zod";
import { Sha256 } from "../common.ts";
import { ArtifactHandle, ArtifactKind } from "./artifact-handle.ts";
import { BundlePath } from "./bundle-index.ts";
import { Id } from "./diagnostic.ts";
import { ArtifactRef } from "./flight-base.ts";
import { Determinism } from "./planned-operation.ts";
import { Implementation } from "./provenance-record.ts";
import { RetentionKind } from "./retention-policy.ts";

/** What can lie in a store (D-04): what an engine can be handed, and bundles. */
export const StoredKind = z.enum([...ArtifactKind.options, "bundle"]);
export type StoredKind = z.infer<typeof StoredKind>;

/** Handle of anything that is stored or exported; an ArtifactHandle unless it is of a bundle. */
export const StoredHandle = z
  .strictObject({ ...ArtifactHandle.shape, kind: StoredKind })
  .refine(({ uri, content_hash: hash }) => uri === `artifact://sha256/${hash}`, {
    path: ["uri"],
    error: "expected the digest that content_hash has",
  });
export type StoredHandle = z.infer<typeof StoredHandle>;

/** What made it (D-05): engine, implementation, operation, configuration and inputs, so that it can be made again. */
export const ArtifactEngine = z.strictObject({
  engine_id: z.string().min(1).max(200),
  /** Of the interface. */
  engine_version: z.string().min(1).max(200),
  implementation: Implementation,
  operation: z.string().min(1).max(200),
  op_id: Id,
  config_hash: Sha256,
  input_hashes: z.array(Sha256).max(1000),
  determinism: Determinism,
});
export type ArtifactEngine = z.infer<typeof ArtifactEngine>;

/**
 * What `content_hash` is over (D-06). `bitwise`: the bytes of the file `payload`. `structural`: canonical JSON (RFC 8785) of the sorted list of
 * path, content_hash and size_bytes of the files below `payload/`; modes, times and empty folders do not count.
 */
export const HashBasis = z.enum(["bitwise:payload-bytes", "structural:sorted-index"]);
export type HashBasis = z.infer<typeof HashBasis>;

/**
 * `artifact.json`, the sidecar (D-02, D-04, D-05). `artifact_id` is derived from everything it says but `created_at`, `pinned` and `seal`.
 *
 * What is sensitive has a time to live (D-14).
 */
export const Artifact = z
  .strictObject({
    schema_version: z.literal("supply-gate/artifact-1"),
    artifact_id: Id,
    layer: z.enum(["L1", "L2", "L3", "L4"]),
    kind: StoredKind,
    mime: z.string().regex(/^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,100}$/, "expected a media type such as application/json"),
    filename_hint: BundlePath.optional(),
    created_at: z.iso.datetime(),
    created_by_job_id: Id.optional(),
    source_entity_refs: z.array(z.string().min(1).max(4096)).max(1000).optional(),
    source_artifact_refs: z.array(ArtifactRef).max(1000).optional(),
    content_hash: Sha256,
    hash_basis: HashBasis,
    size_bytes: z.int().nonnegative(),
    classification: z.enum(["low", "medium", "high"]),
    exportable: z.boolean(),
    retention_kind: RetentionKind,
    retention_ttl_days: z.int().positive().optional(),
    engine: ArtifactEngine.optional(),
    pinned: z.literal(true).optional(),
    /** SHA-256 of this document as canonical JSON without this field: a changed field shows without any other document. */
    seal: Sha256,
  })
  .refine(({ classification, retention_ttl_days: days }) => classification !== "high" || days !== undefined, {
    path: ["retention_ttl_days"],
    error: "expected a time to live for what is classified high",
  });
export type Artifact = z.infer<typeof Artifact>;
