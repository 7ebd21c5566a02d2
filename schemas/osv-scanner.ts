import { z } from "zod";

const Severities = z.array(z.object({ type: z.string(), score: z.string() }));

/** The fields of an OSV record (schema 1.7) that a decision or a reader of the report needs. */
export const OsvVulnerability = z.object({
  id: z.string().min(1),
  modified: z.string().optional(),
  published: z.string().optional(),
  withdrawn: z.string().optional(),
  aliases: z.array(z.string()).optional(),
  summary: z.string().optional(),
  severity: Severities.optional(),
  affected: z
    .array(
      z.object({
        package: z.object({ name: z.string(), ecosystem: z.string() }).optional(),
        severity: Severities.optional(),
        ranges: z
          .array(
            z.object({ type: z.string().optional(), events: z.array(z.record(z.string(), z.string())).optional() }),
          )
          .optional(),
        database_specific: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
  references: z.array(z.object({ type: z.string().optional(), url: z.string() })).optional(),
  database_specific: z.record(z.string(), z.unknown()).optional(),
});
export type OsvVulnerability = z.infer<typeof OsvVulnerability>;

/** osv-scanner 2.4.0 JSON (pkg/models/results.go). Strict but for the records: a misspelt key must not pass for an absent one. */
export const OsvScannerReport = z.strictObject({
  experimental_config: z.unknown(),
  results: z.array(
    z.strictObject({
      source: z.strictObject({ path: z.string().min(1), type: z.string() }),
      packages: z.array(
        z.strictObject({
          package: z.strictObject({
            name: z.string().min(1),
            version: z.string().optional(),
            ecosystem: z.string().min(1),
            commit: z.string().optional(),
            deprecated: z.boolean().optional(),
          }),
          dependency_groups: z.array(z.string()).optional(),
          vulnerabilities: z.array(OsvVulnerability).optional(),
          groups: z
            .array(
              z.strictObject({
                ids: z.array(z.string()),
                aliases: z.array(z.string()).optional(),
                max_severity: z.string(),
              }),
            )
            .optional(),
        }),
      ),
    }),
  ),
});
export type OsvScannerReport = z.infer<typeof OsvScannerReport>;
