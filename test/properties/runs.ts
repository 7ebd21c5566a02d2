/** How often a property is tried: few in the suite, more with `SUPPLY_GATE_PROPERTY_RUNS=<factor>`. The seed stays: a run can be repeated. */
export function runsOf(usual: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: usual * Number(process.env["SUPPLY_GATE_PROPERTY_RUNS"] ?? 1), seed: 20_261_123 };
}

/** In the suite a property ends within seconds; a long run has its time. */
export const PROPERTY_TIMEOUT = 120_000 * Number(process.env["SUPPLY_GATE_PROPERTY_RUNS"] ?? 1);
