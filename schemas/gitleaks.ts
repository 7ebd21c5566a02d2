import { z } from "zod";

/** What `--redact=100` leaves of a secret; a rule on the name alone has none. */
const Redacted = z.enum(["REDACTED", ""], { error: "expected a redacted secret" });

/**
 * gitleaks 8.30.1 JSON report, as `dir` writes it. Strict: a misspelt key must not pass for an absent one.
 * Of the match text, author and message nothing leaves the private folder.
 */
export const GitleaksReport = z.array(
  z
    .strictObject({
      RuleID: z.string().min(1),
      Description: z.string(),
      StartLine: z.int().nonnegative(),
      EndLine: z.int().nonnegative(),
      StartColumn: z.int().nonnegative(),
      EndColumn: z.int().nonnegative(),
      Match: z.string(),
      Secret: Redacted,
      File: z.string().min(1),
      SymlinkFile: z.string(),
      Commit: z.string(),
      Entropy: z.number(),
      Author: z.string(),
      Email: z.string(),
      Date: z.string(),
      Message: z.string(),
      Tags: z.array(z.string()).nullable(),
      Fingerprint: z.string(),
    })
    .refine(({ File, RuleID, StartLine, Fingerprint }) => Fingerprint === `${File}:${RuleID}:${StartLine}`, {
      error: "expected the fingerprint of this file, rule and line",
    }),
);
export type GitleaksReport = z.infer<typeof GitleaksReport>;
