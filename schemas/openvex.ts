import { z } from "zod";
import { Justification } from "./waivers.ts";

const Product = z.looseObject({
  "@id": z.string().optional(),
  identifiers: z.looseObject({ purl: z.string().optional() }).optional(),
});

/** OpenVEX 0.2.0, as others write it; only what is used. */
export const OpenVex = z.looseObject({
  "@context": z.string().regex(/^https:\/\/openvex\.dev\/ns/, "expected an OpenVEX context"),
  timestamp: z.string(),
  statements: z.array(
    z.looseObject({
      vulnerability: z.looseObject({ name: z.string().min(1) }),
      products: z.array(Product.extend({ subcomponents: z.array(Product).optional() })).optional(),
      status: z.enum(["not_affected", "affected", "fixed", "under_investigation"]),
      justification: Justification.optional(),
      impact_statement: z.string().optional(),
      action_statement: z.string().optional(),
      status_notes: z.string().optional(),
      timestamp: z.string().optional(),
    }),
  ),
});
export type OpenVex = z.infer<typeof OpenVex>;
