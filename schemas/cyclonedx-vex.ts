import { z } from "zod";

/** The part of a CycloneDX document (1.4 to 1.7) that says whether vulnerabilities matter; only what is used. */
export const CycloneDxVex = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  components: z.array(z.looseObject({ "bom-ref": z.string().optional(), purl: z.string().optional() })).optional(),
  vulnerabilities: z
    .array(
      z.looseObject({
        id: z.string().min(1),
        analysis: z
          .looseObject({
            state: z.enum([
              "not_affected",
              "false_positive",
              "resolved",
              "resolved_with_pedigree",
              "exploitable",
              "in_triage",
            ]),
            justification: z.string().optional(),
            detail: z.string().optional(),
            firstIssued: z.string().optional(),
          })
          .optional(),
        affects: z
          .array(
            z.looseObject({
              ref: z.string(),
              versions: z
                .array(z.looseObject({ version: z.string().optional(), range: z.string().optional() }))
                .optional(),
            }),
          )
          .optional(),
        properties: z.array(z.looseObject({ name: z.string().optional(), value: z.string().optional() })).optional(),
      }),
    )
    .optional(),
});
export type CycloneDxVex = z.infer<typeof CycloneDxVex>;
