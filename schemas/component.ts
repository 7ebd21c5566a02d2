import { z } from "zod";
import { Sha256 } from "./common.ts";

/** One thing the software consists of: by purl, merged over every place that names it. Lists are sorted by code unit, without duplicates. */
export const Component = z.strictObject({
  /** Canonical purl without qualifiers and subpath: the component's identity. */
  purl: z.string(),
  name: z.string(),
  version: z.string(),
  /** OSV ecosystem, or the purl type where OSV has none. */
  ecosystem: z.string(),
  /** `development` only where every place that names it says so. */
  scope: z.enum(["runtime", "development"]),
  /** Licences as stated by lockfile or package metadata, verbatim. */
  declaredLicenses: z.array(z.string()),
  /** What the archive that the lockfile names says, where there is a licence fact; `concluded` is what counts, joined by AND. */
  licenses: z
    .strictObject({
      declared: z.array(z.string()),
      detected: z.array(z.string()),
      /** What only its licence files have, beside what is declared. */
      undeclared: z.array(z.string()),
      concluded: z.array(z.string()),
      /** The archive's licence files. */
      files: z.array(z.strictObject({ path: z.string(), sha256: Sha256 })),
    })
    .optional(),
  /** Source paths of the files that name it. */
  locations: z.array(z.string()),
  /** Who saw it: our lockfile reader, syft. */
  seenBy: z.array(z.enum(["lockfile", "syft"])),
  cpes: z.array(z.string()),
  hashes: z.array(z.strictObject({ algorithm: z.string(), value: z.string() })),
});
export type Component = z.infer<typeof Component>;

/** What the tree consists of; `dependsOn` edges go from purl to purl. */
export const Components = z.strictObject({
  components: z.array(Component),
  dependencies: z.array(z.strictObject({ purl: z.string(), dependsOn: z.array(z.string()) })),
});
export type Components = z.infer<typeof Components>;

/** How a document names the tree it describes: no host path, only content. */
export const Subject = z.strictObject({ name: z.string(), sha256: Sha256, asOf: z.iso.datetime() });
export type Subject = z.infer<typeof Subject>;
