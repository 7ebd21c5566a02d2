import { z } from "zod";
import { readValue } from "./read.ts";

/** The version whose report this schema was read from; a new pin means reading its report again. */
export const SYFT_VERSION = "1.52.0";

/** Bits of the catalogers' own records that say where a package comes from and what its archive hashes to. */
const Metadata = z.object({
  /** npm, yarn. */
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  dependencies: z.unknown(),
  /** pnpm. */
  resolution: z.object({ integrity: z.string() }).optional(),
  /** Cargo.lock. */
  source: z.string().optional(),
  checksum: z.string().optional(),
  /** uv.lock: URL of a registry, or a folder. */
  index: z.string().optional(),
});

const Artifact = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  version: z.string(),
  type: z.string(),
  purl: z.string(),
  locations: z.array(z.object({ path: z.string() })),
  licenses: z.array(z.object({ value: z.string(), type: z.string() })),
  cpes: z.array(z.object({ cpe: z.string(), source: z.string().optional() })),
  metadataType: z.string().optional(),
  metadata: z.unknown().optional(),
  foundBy: z.string(),
  language: z.string(),
});
export type Artifact = z.infer<typeof Artifact>;

/** syft-json 16.1.10 (syft/format/syftjson/model). Strict: a misspelt key must not pass for an absent one. */
export const SyftDocument = z.strictObject({
  artifacts: z.array(Artifact),
  artifactRelationships: z.array(z.object({ parent: z.string(), child: z.string(), type: z.string() })),
  /** Never absent: the canary's file is among them. */
  files: z.array(
    z.strictObject({
      id: z.string(),
      location: z.object({ path: z.string() }),
      metadata: z.unknown().optional(),
      contents: z.unknown().optional(),
      digests: z.unknown().optional(),
      licenses: z.unknown().optional(),
      executable: z.unknown().optional(),
      unknowns: z.array(z.string()).optional(),
    }),
  ),
  source: z.object({ type: z.literal("directory") }),
  distro: z.unknown(),
  descriptor: z.object({ name: z.literal("syft"), version: z.literal(SYFT_VERSION) }),
  schema: z.object({ version: z.literal("16.1.10") }),
});

export type SyftDocument = z.infer<typeof SyftDocument>;

/**
 * The record of a package by the kinds that are known here; empty for all others.
 * @throws GateError DOCUMENT_INVALID
 */
export function metadataOf({ name, metadataType, metadata }: Artifact): z.infer<typeof Metadata> {
  if (!METADATA_TYPES.has(metadataType ?? "")) return { dependencies: null };
  return readValue(Metadata, metadata, `syft report: ${metadataType} of ${name}`);
}

const METADATA_TYPES: ReadonlySet<string> = new Set([
  "javascript-npm-package-lock-entry",
  "javascript-yarn-lock-entry",
  "javascript-pnpm-lock-entry",
  "rust-cargo-lock-entry",
  "python-uv-lock-entry",
]);
