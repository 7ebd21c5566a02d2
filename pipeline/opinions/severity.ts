import type { Severity } from "../../schemas/common.ts";

/** A severity with who gives it; `none` as its source: nobody stated any. */
export interface Stated {
  readonly severity: Severity;
  readonly source: string;
}

/**
 * The highest severity that anybody states. Unknown wins over anything below high, as within one source (`findings/severity.ts`); who states
 * none at all says nothing about it, unless it is the first: that one is never lowered.
 */
export function worst(first: Stated, others: readonly Stated[]): Stated {
  const stated = others.filter(({ source }) => source !== "none");
  return stated.reduce((best, next) => (RANK[next.severity] > RANK[best.severity] ? next : best), first);
}

const RANK = { none: 0, low: 1, medium: 2, unknown: 3, high: 4, critical: 5 } as const satisfies Record<
  Severity,
  number
>;
