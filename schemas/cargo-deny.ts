import { z } from "zod";
import { RustsecAdvisory } from "./cargo-audit.ts";

const Counts = z.strictObject({
  errors: z.int().nonnegative(),
  warnings: z.int().nonnegative(),
  notes: z.int().nonnegative(),
  helps: z.int().nonnegative(),
});

/** One line of what cargo-deny 0.20.2 writes on stderr with `--format json check advisories` (diag/grapher.rs, stats.rs). */
export const CargoDenyLine = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("log"),
    fields: z.object({ level: z.string(), message: z.string() }),
  }),
  z.strictObject({
    type: z.literal("diagnostic"),
    fields: z.object({
      code: z.enum(["vulnerability", "notice", "unmaintained", "unsound"]),
      severity: z.literal("error"),
      advisory: RustsecAdvisory,
      /** The first one's `span` is the crate: name, version, source. */
      labels: z
        .array(z.object({ span: z.string().regex(/^\S+ \S+ registry\+\S+$/, "expected a crate of a registry") }))
        .min(1),
      notes: z.array(z.string()),
    }),
  }),
  z.strictObject({ type: z.literal("summary"), fields: z.strictObject({ advisories: Counts }) }),
]);
export type CargoDenyLine = z.infer<typeof CargoDenyLine>;
