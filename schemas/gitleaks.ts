import { z } from "zod";

/**
 * gitleaks 8.30.1 JSON report. Only the fields that leave the private folder are read: no match text, author or message.
 * Foreign document: unknown fields are passed over, missing ones are not.
 */
export const GitleaksReport = z.array(
  z.object({
    RuleID: z.string().min(1),
    Description: z.string(),
    File: z.string().min(1),
    StartLine: z.int().nonnegative(),
    EndLine: z.int().nonnegative(),
    StartColumn: z.int().nonnegative(),
    EndColumn: z.int().nonnegative(),
    Secret: z.string(),
  }),
);
export type GitleaksReport = z.infer<typeof GitleaksReport>;
