import type { LinkConfidence } from "../../../schemas/protocol/diagnostic.ts";

/** How a diagnostic hangs together with jobs: `job_id` only when it is direct, all candidates when it is not. */
export interface Link {
  readonly link_confidence: LinkConfidence;
  readonly job_id?: string;
  readonly related_job_ids?: readonly string[];
}

/**
 * DIAG-SCHEMA-004 (E-09), computed from the ids of the jobs that are known: never claimed. A job that says it is the one and is known: direct.
 * Else by how many of the known candidates there are: one is inferred, more are ambiguous and all named, none is unlinked.
 */
export function linkOf(stated: string | null, candidates: readonly string[], known: ReadonlySet<string>): Link {
  if (stated !== null && known.has(stated)) return { link_confidence: "direct", job_id: stated };
  const found = [...new Set(candidates)].filter((id) => known.has(id)).sort();
  if (found.length === 0) return { link_confidence: "unlinked" };
  return { link_confidence: found.length === 1 ? "inferred" : "ambiguous", related_job_ids: found };
}
