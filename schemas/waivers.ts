import { z } from "zod";

/** One finding, or one gap, that somebody answers for, until a date. */
export const Waiver = z.strictObject({
  finding: z
    .string()
    .regex(/^[a-z]+-[0-9a-f]{12}$/, "expected the id of a finding or a gap, such as vulnerability-1a2b3c4d5e6f"),
  reason: z.string().min(10),
  owner: z.string().min(1),
  expires: z.iso.date(),
});
export type Waiver = z.infer<typeof Waiver>;

/** `supply-gate.waivers.yaml`: a closed schema. */
export const WaiverFile = z.strictObject({
  schemaVersion: z.literal("supply-gate/waivers-1"),
  waivers: z.array(Waiver),
});
export type WaiverFile = z.infer<typeof WaiverFile>;
