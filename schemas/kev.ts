import { z } from "zod";

/** CISA's catalogue of known exploited vulnerabilities, as it is published (JSON); only what is used. */
export const KevCatalogue = z.looseObject({
  catalogVersion: z.string().min(1),
  vulnerabilities: z.array(z.looseObject({ cveID: z.string().regex(/^CVE-\d{4}-\d{4,}$/) })).min(1),
});
export type KevCatalogue = z.infer<typeof KevCatalogue>;
