import { z } from "zod";

/** What an advisory endpoint says of one advisory, through npm. */
const Advisory = z.object({
  source: z.number(),
  name: z.string().min(1),
  title: z.string(),
  url: z.string(),
  severity: z.enum(["info", "low", "moderate", "high", "critical"]),
  cvss: z.object({ vectorString: z.string().nullish() }).optional(),
  range: z.string(),
});
export type NpmAdvisory = z.infer<typeof Advisory>;

/** `npm audit --json`, report version 2. A failed request has none of these keys and the exit status of findings. */
export const NpmAuditReport = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.object({
      name: z.string(),
      /** An advisory, or the name of the package through which this one is affected. */
      via: z.array(z.union([z.string(), Advisory])),
      /** Places in the lockfile. */
      nodes: z.array(z.string()),
    }),
  ),
  metadata: z.object({ dependencies: z.object({ total: z.int().nonnegative() }) }),
});
export type NpmAuditReport = z.infer<typeof NpmAuditReport>;
