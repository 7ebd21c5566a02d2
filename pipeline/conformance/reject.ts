import type { GateId } from "../../schemas/protocol/gate-decision.ts";
import type { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import type { PreInput } from "../protocol/gates/gate.ts";
import { opIdOf } from "../protocol/op-id.ts";

/** An operation that has to be denied: by which gate, with which code, and by nothing else (H-04). */
export interface RejectVector {
  readonly gate: GateId;
  readonly code: string;
  change(input: PreInput): PreInput;
}

const NOTHING = "0".repeat(64);

/** By the name that the registry has for each. An engine whose registry entry names another one fails it. */
export const REJECT: Readonly<Record<string, RejectVector>> = {
  "schema-unknown-field": asking("G-SCHEMA", "VAL-HTC-001", (operation) => ({ ...operation, surprise: true })),
  "schema-op-id": {
    gate: "G-SCHEMA",
    code: "GATE_SCHEMA_OP_ID",
    change: (input) => ({
      ...input,
      operation: { ...(input.operation as PlannedOperation), op_id: "00000000-0000-8000-8000-000000000001" },
    }),
  },
  "schema-engine-version": asking("G-SCHEMA", "GATE_SCHEMA_ENGINE_VERSION", (operation) => ({
    ...operation,
    engine_version_req: ">=99.0.0",
  })),
  "schema-params": asking("G-SCHEMA", "GATE_SCHEMA_PARAMS", (operation) => ({
    ...operation,
    params: { ...operation.params, release_mode: "true" },
  })),
  "capability-missing": asking("G-CAP", "GATE_CAP_NOT_REQUESTED", (operation) => ({
    ...operation,
    capabilities_requested: operation.capabilities_requested.filter((id) => id !== "fs.write:artifacts"),
  })),
  "capability-unknown": asking("G-CAP", "HSK-4001", (operation) => ({
    ...operation,
    capabilities_requested: [...operation.capabilities_requested, "fs.own:everything"],
  })),
  "capability-not-granted": asking("G-CAP", "GATE_CAP_NOT_GRANTED", (operation) => ({
    ...operation,
    capabilities_requested: [...operation.capabilities_requested, "fs.read:home"],
  })),
  "integrity-path": {
    gate: "G-INTEGRITY",
    code: "GATE_INTEGRITY_PATH",
    change: (input) => ({
      ...input,
      step: input.step === null ? null : { ...input.step, outputs: ["../report.json"] },
    }),
  },
  "integrity-other-step": {
    gate: "G-INTEGRITY",
    code: "GATE_INTEGRITY_OTHER_STEP",
    change: (input) => ({ ...input, stepKey: NOTHING }),
  },
  "integrity-hash": {
    gate: "G-INTEGRITY",
    code: "GATE_INTEGRITY_HASH",
    change: (input) => ({ ...input, reads: input.reads.map((each) => ({ ...each, size_bytes: each.size_bytes + 1 })) }),
  },
  "integrity-too-large": asking("G-INTEGRITY", "GATE_INTEGRITY_TOO_LARGE", (operation) => ({
    ...operation,
    evidence_policy: { required: true, kinds: ["tool_output"], notes: "n".repeat(33_000) },
  })),
  "budget-missing": asking("G-BUDGET", "GATE_BUDGET_FORM", ({ budget, ...operation }) => ({
    ...operation,
    budget: { wall_time_ms: budget.wall_time_ms },
  })),
  "budget-over-maximum": {
    gate: "G-BUDGET",
    code: "GATE_BUDGET_OVER_MAXIMUM",
    change: (input) => {
      const memory = 2 ** 50;
      const changed = renamed(input, (operation) => ({
        ...operation,
        budget: { ...operation.budget, memory_bytes: memory },
      }));
      // The step is stopped there too: it is the height alone that is wrong.
      const { step } = changed;
      return { ...changed, step: step === null ? null : { ...step, limits: { ...step.limits, memoryBytes: memory } } };
    },
  },
  "provenance-undeclared-input": {
    gate: "G-PROVENANCE",
    code: "GATE_PROVENANCE_UNDECLARED_INPUT",
    change: (input) => ({ ...input, reads: [...input.reads, { content_hash: NOTHING, size_bytes: 1 }] }),
  },
  "determinism-over-ceiling": asking("G-DET", "GATE_DET_CEILING", (operation) => ({ ...operation, determinism: "D3" })),
  "determinism-without-evidence": asking(
    "G-DET",
    "GATE_DET_NO_EVIDENCE_POLICY",
    ({ evidence_policy: _, ...rest }) => rest,
  ),
};

/** Asks for something else, with the id that it has then. */
function asking(gate: GateId, code: string, change: (operation: PlannedOperation) => unknown): RejectVector {
  return { gate, code, change: (input) => renamed(input, change) };
}

function renamed(input: PreInput, change: (operation: PlannedOperation) => unknown): PreInput {
  const { op_id: _, ...content } = change(structuredClone(input.operation as PlannedOperation)) as PlannedOperation;
  return { ...input, operation: { ...content, op_id: opIdOf(content) } };
}
