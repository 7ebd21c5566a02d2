import { z } from "zod";
import { Sha256 } from "../common.ts";
import { Id } from "./diagnostic.ts";

/** What an artifact is (B-10, D-04); a bundle is never handed to an engine. */
export const ArtifactKind = z.enum(["file", "tool_output", "transcript", "dataset_slice", "prompt_payload", "report"]);
export type ArtifactKind = z.infer<typeof ArtifactKind>;

/**
 * ArtifactHandle (B-10, B-12, K-07): content that is named by its digest, never by a path.
 *
 * `uri` is `artifact://sha256/` and `content_hash` once more: a handle that names two contents is refused.
 */
export const ArtifactHandle = z
  .strictObject({
    artifact_id: Id,
    kind: ArtifactKind,
    uri: z
      .string()
      .regex(/^artifact:\/\/sha256\/[0-9a-f]{64}$/, "expected artifact://sha256/ and 64 lower-case hex digits"),
    content_hash: Sha256,
    size_bytes: z.int().nonnegative(),
    classification: z.enum(["low", "medium", "high"]),
    exportable: z.boolean(),
    retention_ttl_days: z.int().positive().optional(),
  })
  .refine(({ uri, content_hash: hash }) => uri === `artifact://sha256/${hash}`, {
    path: ["uri"],
    error: "expected the digest that content_hash has",
  });
export type ArtifactHandle = z.infer<typeof ArtifactHandle>;
