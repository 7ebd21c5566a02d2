import { z } from "zod";

const FullProductName = z.looseObject({
  product_id: z.string(),
  name: z.string(),
  product_identification_helper: z.looseObject({ purl: z.string().optional() }).optional(),
});

/** A branch of a product tree: vendors, products, versions, one below the other. */
export interface CsafBranch {
  readonly product?: z.infer<typeof FullProductName> | undefined;
  readonly branches?: readonly CsafBranch[] | undefined;
}

const Branch: z.ZodType<CsafBranch> = z.looseObject({
  product: FullProductName.optional(),
  get branches(): z.ZodOptional<z.ZodArray<z.ZodType<CsafBranch>>> {
    return z.array(Branch).optional();
  },
});

const ProductIds = z.array(z.string()).optional();

/** CSAF 2.0, profile `csaf_vex`; only what is used. */
export const Csaf = z.looseObject({
  document: z.looseObject({
    category: z.string(),
    csaf_version: z.literal("2.0"),
    tracking: z.looseObject({ current_release_date: z.string() }),
  }),
  product_tree: z
    .looseObject({
      branches: z.array(Branch).optional(),
      full_product_names: z.array(FullProductName).optional(),
      relationships: z
        .array(z.looseObject({ product_reference: z.string(), full_product_name: FullProductName }))
        .optional(),
    })
    .optional(),
  vulnerabilities: z
    .array(
      z.looseObject({
        cve: z.string().optional(),
        ids: z.array(z.looseObject({ text: z.string() })).optional(),
        flags: z.array(z.looseObject({ label: z.string(), product_ids: ProductIds })).optional(),
        threats: z
          .array(z.looseObject({ category: z.string(), details: z.string(), product_ids: ProductIds }))
          .optional(),
        product_status: z
          .looseObject({
            known_not_affected: ProductIds,
            known_affected: ProductIds,
            fixed: ProductIds,
            first_fixed: ProductIds,
            under_investigation: ProductIds,
          })
          .optional(),
      }),
    )
    .optional(),
});
export type Csaf = z.infer<typeof Csaf>;
