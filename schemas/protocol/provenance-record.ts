import { z } from "zod";
import { Sha256 } from "../common.ts";
import { ArtifactHandle } from "./artifact-handle.ts";
import { CapabilityId } from "./capability.ts";
import { Determinism } from "./planned-operation.ts";

/** What did the work: `version` as the tool itself said it (null: it said none), `digest` of the pin that its bytes were held against. */
export const Implementation = z.strictObject({
  component_id: z.string().min(1),
  name: z.string().min(1),
  version: z.string().min(1).nullable(),
  digest: Sha256,
});
export type Implementation = z.infer<typeof Implementation>;

/** Where it ran, as far as it can matter to the result. `os` and `arch` only in `run/`: elsewhere a document is a function of content. */
export const Environment = z.strictObject({
  gate_version: z.string().min(1),
  capability_registry_version: z.string().min(1),
  isolation: z.enum(["bubblewrap", "dagger", "none"]),
  egress: z.enum(["blocked (proved)", "not proved"]),
  advisory_snapshot_id: Sha256.nullable(),
  os: z.string().min(1).optional(),
  arch: z.string().min(1).optional(),
});
export type Environment = z.infer<typeof Environment>;

/** ProvenanceRecord (B-22): measured, not repeated from the request. `engine_version` is that of the interface, never what the tool printed. */
export const ProvenanceRecord = z.strictObject({
  engine_id: z.string().min(1),
  engine_version: z.string().min(1),
  implementation: Implementation,
  determinism: Determinism,
  config_hash: Sha256,
  inputs: z.array(ArtifactHandle),
  outputs: z.array(ArtifactHandle),
  capabilities_granted: z.array(CapabilityId),
  environment: Environment,
});
export type ProvenanceRecord = z.infer<typeof ProvenanceRecord>;
