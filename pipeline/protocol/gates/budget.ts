import { EngineResult } from "../../../schemas/protocol/engine-result.ts";
import { Budget } from "../../../schemas/protocol/planned-operation.ts";
import type { Limits } from "../../../schemas/step.ts";
import { entryOf } from "../registry/entry.ts";
import { formFault, readable } from "./form.ts";
import { type Denial, denial, type Gate, type Measured, type PreInput } from "./gate.ts";

/** G-BUDGET (C-07): all four caps, each within the registry's maximum, and the step is really stopped at them; afterwards, nothing went over without its being said. */
export const budgetGate: Gate = {
  id: "G-BUDGET",
  pre(input) {
    const fault = formFault(input.operation, "G-BUDGET");
    if (fault !== null) return [denial("GATE_BUDGET_FORM", "the budget has not four caps, each above 0", fault)];
    const { budget, engine_id: engineId = "", operation: name = "", output_spec: spec } = readable(input.operation);
    if (budget === undefined) return [];
    const most = entryOf(input.registry, engineId, name)?.engine.maximum_budget;
    return [
      ...(most === undefined
        ? []
        : over(budget, most).map((each) => denial("GATE_BUDGET_OVER_MAXIMUM", "more than the registry allows", each))),
      ...((spec?.max_bytes ?? 0) <= budget.output_bytes
        ? []
        : [
            denial("GATE_BUDGET_OUTPUT_SPEC", "output_spec.max_bytes is more than the budget", String(spec?.max_bytes)),
          ]),
      ...stepLimits(budget, input),
    ];
  },
  post({ operation: { engine_id: engineId, budget, output_spec: spec }, registry, result, measured }) {
    const read = EngineResult.safeParse(result);
    if (!read.success || read.data.status === "denied") return [];
    if (measured.started && measured.usage === null)
      return [denial("GATE_BUDGET_NOT_MEASURED", "a process was started and nobody knows what it used")];
    const code = registry.engines[engineId]?.failure_codes.budget_exceeded;
    if (read.data.errors.some((error) => error.code === code)) return [];
    const bytes = [...measured.files.values()].reduce((sum, size) => sum + size, 0);
    const outputs = read.data.outputs.reduce((sum, { size_bytes: size }) => sum + size, 0);
    return [
      ...used(budget, measured, bytes).map((each) => denial("GATE_BUDGET_EXCEEDED", "used more than its budget", each)),
      ...(outputs <= (spec.max_bytes ?? budget.output_bytes)
        ? []
        : [denial("GATE_BUDGET_EXCEEDED", "the outputs are larger than output_spec allows", String(outputs))]),
    ];
  },
};

const CAPS = Object.keys(Budget.shape) as (keyof Budget)[];

function over(found: Budget, most: Budget): string[] {
  return CAPS.filter((cap) => found[cap] > most[cap]).map(
    (cap) => `${cap}: found ${found[cap]}, expected ${most[cap]} or less`,
  );
}

/** A cap that nothing enforces is none (J-50). */
function stepLimits(budget: Budget, { step }: PreInput): Denial[] {
  if (step === null) return [];
  const limits = capsOf(step.limits);
  return CAPS.filter((cap) => limits[cap] !== budget[cap]).map((cap) =>
    denial(
      "GATE_BUDGET_STEP",
      "the step is stopped at another limit",
      `${cap}: found ${limits[cap]}, expected ${budget[cap]}`,
    ),
  );
}

function capsOf({ cpuMs, wallMs, memoryBytes, outputBytes }: Limits): Budget {
  return { cpu_time_ms: cpuMs, wall_time_ms: wallMs, memory_bytes: memoryBytes, output_bytes: outputBytes };
}

function used(budget: Budget, { usage }: Measured, bytes: number): string[] {
  const found = {
    cpu_time_ms: usage?.cpuMs ?? 0,
    wall_time_ms: usage?.wallMs ?? 0,
    memory_bytes: usage?.memoryBytes ?? 0,
    output_bytes: bytes,
  };
  return over(found, budget);
}
