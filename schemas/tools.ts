import { z } from "zod";
import { Sha256 } from "./common.ts";

/** `evidence/tools.json`: what a decision was made with: this program's version, and each pinned tool's with the digest of its pin. */
export const PinnedTools = z.strictObject({
  schemaVersion: z.literal("supply-gate/tools-1"),
  gate: z.string().min(1),
  tools: z.record(z.string(), z.strictObject({ version: z.string().min(1), pinSha256: Sha256 })),
});
export type PinnedTools = z.infer<typeof PinnedTools>;
