import { EngineResult } from "../../../schemas/protocol/engine-result.ts";
import type { Determinism } from "../../../schemas/protocol/planned-operation.ts";
import { entryOf } from "../registry/entry.ts";
import { formFault, readable } from "./form.ts";
import { denial, type Gate, isReliedOn } from "./gate.ts";

/** G-DET (C-09): no more determinism than the engine has; D0 and D1 need evidence by policy (K-09), and afterwards have it (B-24). */
export const determinismGate: Gate = {
  id: "G-DET",
  pre({ operation, registry }) {
    const fault = formFault(operation, "G-DET");
    const form =
      fault === null ? [] : [denial("GATE_DET_FORM", "determinism or evidence policy has no known form", fault)];
    const {
      determinism,
      evidence_policy: policy,
      engine_id: engineId = "",
      operation: name = "",
    } = readable(operation);
    if (determinism === undefined) return form;
    const ceiling = entryOf(registry, engineId, name)?.engine.determinism_ceiling;
    const isOver = ceiling !== undefined && levelOf(determinism) > levelOf(ceiling);
    const needs = form.length === 0 && needsEvidence(determinism);
    return [
      ...form,
      ...(isOver
        ? [
            denial(
              "GATE_DET_CEILING",
              "more determinism than the engine has",
              `found ${determinism}, expected ${ceiling} or less`,
            ),
          ]
        : []),
      ...(needs && !(policy?.required === true && policy.kinds.length > 0)
        ? [denial("GATE_DET_NO_EVIDENCE_POLICY", `${determinism} needs evidence of at least one kind`)]
        : []),
    ];
  },
  post({ operation, result }) {
    const read = EngineResult.safeParse(result);
    if (!read.success) return [];
    const { provenance, evidence } = read.data;
    const isTrue = levelOf(provenance.determinism) === levelOf(operation.determinism);
    const missing = isReliedOn(read.data) ? missingKinds(operation, evidence) : [];
    return [
      ...(isTrue ? [] : [denial("GATE_DET_FALSE", "the result claims another determinism", provenance.determinism)]),
      ...missing.map((kind) =>
        denial("GATE_DET_EVIDENCE_MISSING", "evidence that the policy demands is not there", kind),
      ),
    ];
  },
};

/** 0 to 3, whichever letter case (K-04). */
export function levelOf(determinism: Determinism): number {
  return Number(determinism.slice(1));
}

function needsEvidence(determinism: Determinism): boolean {
  return levelOf(determinism) <= 1;
}

/** Of each kind that is demanded there is something that is not empty (J-66): words about an error are no evidence. */
function missingKinds(
  { determinism, evidence_policy: policy }: Parameters<Gate["post"]>[0]["operation"],
  evidence: EngineResult["evidence"],
): string[] {
  if (!needsEvidence(determinism) && policy?.required !== true) return [];
  const kinds = policy?.kinds ?? [];
  return kinds.filter((kind) => !evidence.some((each) => each.kind === kind && each.size_bytes > 0));
}
