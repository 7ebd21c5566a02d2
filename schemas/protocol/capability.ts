import { z } from "zod";
import { Id } from "./diagnostic.ts";

/** What a capability is about; `device` has its scope behind a dot, the others behind a colon, `gpu.compute` has none. */
export const CapabilityAxis = z.enum([
  "fs.read",
  "fs.write",
  "proc.exec",
  "net.http",
  "device",
  "secrets.use",
  "gpu.compute",
]);
export type CapabilityAxis = z.infer<typeof CapabilityAxis>;

/** `axis` or `axis:scope`: no magic strings, any other text is unknown. */
export const CapabilityId = z
  .string()
  .regex(
    /^(?:(?:fs\.read|fs\.write|proc\.exec|net\.http|secrets\.use)(?::[A-Za-z0-9][A-Za-z0-9._-]{0,99})?|device(?:\.(?:camera|mic|usb|serial))?|gpu\.compute)$/,
    "HSK-4001: UnknownCapability, expected axis or axis:scope such as fs.read:inputs",
  );
export type CapabilityId = z.infer<typeof CapabilityId>;

/** One check of a capability, allowed or not: what the recorder's event says, no more. `job_id` is the operation's id. */
export const CapabilityDecision = z.strictObject({
  capability_id: z.string().min(1).max(200),
  actor_id: z.string().min(1).max(200),
  job_id: Id.optional(),
  decision_outcome: z.enum(["allow", "deny"]),
});
export type CapabilityDecision = z.infer<typeof CapabilityDecision>;
