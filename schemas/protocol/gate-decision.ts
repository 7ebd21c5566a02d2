import { z } from "zod";
import { Id } from "./diagnostic.ts";

/** The six global gates (C-01). */
export const GateId = z.enum(["G-SCHEMA", "G-CAP", "G-INTEGRITY", "G-BUDGET", "G-PROVENANCE", "G-DET"]);
export type GateId = z.infer<typeof GateId>;

/** Every way in which a gate says no; the part behind `GATE_` names the gate. HSK-4001 and VAL-HTC-001 (C-17) are the protocol's own. */
export const DenialCode = z.enum([
  "VAL-HTC-001",
  "GATE_SCHEMA_ENGINE_UNKNOWN",
  "GATE_SCHEMA_OPERATION_UNKNOWN",
  "GATE_SCHEMA_ENGINE_VERSION",
  "GATE_SCHEMA_PARAMS",
  "GATE_SCHEMA_OP_ID",
  "GATE_SCHEMA_OUTPUT_TYPE",
  "GATE_SCHEMA_RESULT",
  "HSK-4001",
  "GATE_CAP_FORM",
  "GATE_CAP_PROFILE_UNKNOWN",
  "GATE_CAP_NOT_REQUESTED",
  "GATE_CAP_NOT_GRANTED",
  "GATE_CAP_NO_CONSENT",
  "GATE_CAP_FALSE_CONSENT",
  "GATE_CAP_OTHER_TOOL",
  "GATE_CAP_FALSE_GRANT",
  "GATE_INTEGRITY_TOO_LARGE",
  "GATE_INTEGRITY_INPUT",
  "GATE_INTEGRITY_HASH",
  "GATE_INTEGRITY_PATH",
  "GATE_INTEGRITY_OTHER_STEP",
  "GATE_INTEGRITY_OUTPUT",
  "GATE_BUDGET_FORM",
  "GATE_BUDGET_OVER_MAXIMUM",
  "GATE_BUDGET_OUTPUT_SPEC",
  "GATE_BUDGET_STEP",
  "GATE_BUDGET_EXCEEDED",
  "GATE_BUDGET_NOT_MEASURED",
  "GATE_PROVENANCE_UNDECLARED_INPUT",
  "GATE_PROVENANCE_UNPINNED",
  "GATE_PROVENANCE_FALSE",
  "GATE_DET_FORM",
  "GATE_DET_CEILING",
  "GATE_DET_NO_EVIDENCE_POLICY",
  "GATE_DET_EVIDENCE_MISSING",
  "GATE_DET_FALSE",
]);
export type DenialCode = z.infer<typeof DenialCode>;

/** One reason of a gate to say no (C-10). `capability_id` is there only when it is about a capability (J-73). */
export const GateDenial = z.strictObject({
  gate: GateId,
  code: DenialCode,
  reason: z.string().min(1),
  details: z.string().optional(),
  severity: z.enum(["error", "warn"]),
  op_id: Id,
  capability_id: z.string().min(1).max(200).optional(),
});
export type GateDenial = z.infer<typeof GateDenial>;

/** What one gate said of an operation (`pre`) or its result (`post`): every one is recorded (C-02). */
export const GateDecision = z.strictObject({
  gate: GateId,
  phase: z.enum(["pre", "post"]),
  op_id: Id,
  outcome: z.enum(["pass", "denied"]),
  denials: z.array(GateDenial),
});
export type GateDecision = z.infer<typeof GateDecision>;
