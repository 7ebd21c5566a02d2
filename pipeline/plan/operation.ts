import type { KindId } from "../../schemas/common.ts";
import type { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import type { Step } from "../../schemas/step.ts";
import { uuidOf } from "../findings/digest.ts";
import type { Kind } from "../kinds/kind.ts";
import { opIdOf } from "../protocol/op-id.ts";

/**
 * The protocol's envelope of a job (`poe-1.0`, protocol B1): what is asked for, what it may use, what it may cost.
 * `treeSha256` is the digest of what the job looks at; the step itself is named by digest, not inlined (B-05).
 */
export function plannedOperation(
  kind: Kind,
  step: Step | null,
  stepKey: string,
  treeSha256: string,
  treeBytes: number,
): PlannedOperation & { readonly operation: KindId } {
  const content = {
    schema_version: "poe-1.0" as const,
    engine_id: kind.engineId,
    engine_version_req: ">=1.0.0 <2.0.0",
    operation: kind.id,
    inputs: [
      {
        artifact_id: uuidOf(treeSha256),
        kind: "dataset_slice" as const,
        uri: `artifact://sha256/${treeSha256}`,
        content_hash: treeSha256,
        size_bytes: treeBytes,
        classification: "high" as const,
        exportable: false,
      },
    ],
    params: { step_key: stepKey },
    capabilities_requested: [
      "fs.read:inputs",
      "fs.write:artifacts",
      ...(step === null ? [] : [`proc.exec:${step.tool}`]),
    ],
    capability_profile_id: "supply-gate.default",
    human_consent_obtained: false,
    budget: {
      cpu_time_ms: kind.limits.cpuMs,
      wall_time_ms: kind.limits.wallMs,
      memory_bytes: kind.limits.memoryBytes,
      output_bytes: kind.limits.outputBytes,
    },
    determinism: "D1" as const,
    evidence_policy: { required: true, kinds: ["tool_output" as const] },
    output_spec: { expected_types: ["artifact.dataset"], max_bytes: kind.limits.outputBytes },
  };
  return { ...content, op_id: opIdOf(content) };
}
