import { z } from "zod";
import { ArtifactRef } from "./flight-base.ts";

/** EngineError (B-23): a stable code of the engine or of a gate, and words; anything longer is an artifact (B-25). */
export const EngineError = z.strictObject({
  code: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "expected a stable code such as SUPPLY_CHAIN_TOOL_ERROR"),
  message: z.string().min(1).max(2000),
  details_ref: ArtifactRef.optional(),
});
export type EngineError = z.infer<typeof EngineError>;
