import type { EngineResult } from "../../schemas/protocol/engine-result.ts";
import type { GateId } from "../../schemas/protocol/gate-decision.ts";
import type { PostInput } from "../protocol/gates/gate.ts";

/** A result that has to be denied, made from a good one: by which gate, with which code, and by nothing else (C-12). */
export interface ResultVector {
  readonly gate: GateId;
  readonly code: string;
  change(input: PostInput & { readonly result: EngineResult }): PostInput;
}

/** By name, the same for every engine. */
export const RESULT: Readonly<Record<string, ResultVector>> = {
  "result-of-another-operation": {
    gate: "G-SCHEMA",
    code: "GATE_SCHEMA_RESULT",
    change: (input) => ({ ...input, result: { ...input.result, op_id: "00000000-0000-8000-8000-000000000001" } }),
  },
  "result-other-capabilities": {
    gate: "G-CAP",
    code: "GATE_CAP_FALSE_GRANT",
    change: (input) => told(input, { capabilities_granted: ["net.http"] }),
  },
  "result-output-changed": {
    gate: "G-INTEGRITY",
    code: "GATE_INTEGRITY_OUTPUT",
    change: (input) => {
      const [first] = input.result.outputs;
      const files = new Map(input.measured.files);
      if (first !== undefined) files.set(first.content_hash, first.size_bytes + 1);
      return { ...input, measured: { ...input.measured, files } };
    },
  },
  "result-over-budget": {
    gate: "G-BUDGET",
    code: "GATE_BUDGET_EXCEEDED",
    change: (input) => {
      const { wall_time_ms: wall } = input.operation.budget;
      return { ...input, measured: { ...input.measured, usage: { wallMs: wall + 1, cpuMs: 1, memoryBytes: 1 } } };
    },
  },
  "result-false-provenance": {
    gate: "G-PROVENANCE",
    code: "GATE_PROVENANCE_FALSE",
    change: (input) => told(input, { config_hash: "0".repeat(64) }),
  },
  "result-other-determinism": {
    gate: "G-DET",
    code: "GATE_DET_FALSE",
    change: (input) => told(input, { determinism: "D3" }),
  },
  "result-without-evidence": {
    gate: "G-DET",
    code: "GATE_DET_EVIDENCE_MISSING",
    change: (input) => ({ ...input, result: { ...input.result, evidence: [] } }),
  },
};

function told(
  input: PostInput & { readonly result: EngineResult },
  provenance: Partial<EngineResult["provenance"]>,
): PostInput {
  return { ...input, result: { ...input.result, provenance: { ...input.result.provenance, ...provenance } } };
}
