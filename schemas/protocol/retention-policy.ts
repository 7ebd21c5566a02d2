import { z } from "zod";

export const RetentionKind = z.enum(["Log", "Result", "Evidence", "Cache", "Checkpoint"]);
export type RetentionKind = z.infer<typeof RetentionKind>;

/** RetentionPolicy (D-15): what of a kind is older than its window may go, but for the newest `min_versions` of each thing. */
export const RetentionPolicy = z.strictObject({
  kind: RetentionKind,
  window_days: z.int().positive(),
  min_versions: z.int().nonnegative(),
});
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;

/** One for each kind that differs from the default. */
export const RetentionPolicies = z
  .array(RetentionPolicy)
  .refine((list) => new Set(list.map(({ kind }) => kind)).size === list.length, { error: "expected each kind once" });
export type RetentionPolicies = z.infer<typeof RetentionPolicies>;
