import { z } from "zod";
import { readJson } from "../../schemas/read.ts";

const RedactedFinding = z.object({
  RuleID: z.string().min(1),
  File: z.string().min(1),
  /** Zero for a rule on the name alone, which has no secret. */
  StartLine: z.int().nonnegative(),
  EndLine: z.int().nonnegative(),
  StartColumn: z.int().nonnegative(),
  EndColumn: z.int().nonnegative(),
  /** What the rule matched, with `REDACTED` in the secret's place. */
  Match: z.string(),
  Secret: z.literal("REDACTED"),
  /** Of the secret, in bits. */
  Entropy: z.number(),
  /** `decoded:base64`, `decode-depth:1`: the secret is not as it stands in the file. */
  Tags: z.array(z.string()).nullable(),
});
export type RedactedFinding = z.infer<typeof RedactedFinding>;

/**
 * gitleaks' redacted report, in an order that depends on places alone.
 * @throws GateError DOCUMENT_INVALID
 */
export function readRedacted(text: string): RedactedFinding[] {
  return readJson(z.array(RedactedFinding), text, "gitleaks report").sort(
    (a, b) =>
      (a.File < b.File ? -1 : a.File > b.File ? 1 : 0) ||
      a.StartLine - b.StartLine ||
      a.StartColumn - b.StartColumn ||
      a.EndLine - b.EndLine ||
      a.EndColumn - b.EndColumn ||
      (a.RuleID < b.RuleID ? -1 : a.RuleID > b.RuleID ? 1 : 0),
  );
}
