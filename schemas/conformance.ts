import { z } from "zod";
import { Sha256 } from "./common.ts";

/** `conformance.json` in the cache: which engines passed on this machine, by what they were when they were tested (A-25, C-16, H-01). */
export const ConformanceRecord = z.strictObject({
  schemaVersion: z.literal("supply-gate/conformance-1"),
  engines: z.record(
    z.string(),
    z.strictObject({
      /** Digest over this program's version, the registry and the tools' pins. */
      of: Sha256,
      at: z.iso.datetime(),
      cases: z.int().positive(),
      /** Cases that did not end as expected; none: it is callable. */
      failed: z.array(z.string()),
    }),
  ),
});
export type ConformanceRecord = z.infer<typeof ConformanceRecord>;
