import type { Diagnostic } from "../../../schemas/protocol/diagnostic.ts";
import type { Breach } from "../diagnostics/validate.ts";
import type { References } from "./references.ts";

/** What the ids in the events may refer to. What is null is not known here and not checked. */
export interface Known {
  /** `op_id` of each operation of the plan. */
  readonly jobs: Iterable<string> | null;
  readonly diagnostics: readonly Diagnostic[] | null;
  /** `artifact://sha256/<hex>` of everything that is stored or was read. */
  readonly artifacts: Iterable<string> | null;
}

/**
 * VAL-CORR-001 and VAL-NAV-001 over the events of a run and its diagnostics: links are what they say they are, each diagnostic has its event
 * and each such event its diagnostic, and every job, diagnostic, artifact and span that an event names is there. Empty when all hold.
 */
export function validateCorrelation(found: References, known: Known): Breach[] {
  const { diagnostics, jobs, artifacts } = known;
  return [
    ...(diagnostics ?? []).flatMap((each) => [...linkBreaches(each, found), ...eventBreaches(each, found)]),
    ...unresolved(found.namedDiagnostics, found.diagnostics, "a diagnostic's event"),
    ...(diagnostics === null
      ? []
      : unresolved(found.diagnosticEvents, new Set(diagnostics.map(({ id }) => id)), "a diagnostic")),
    ...(jobs === null ? [] : unresolved(found.namedJobs, new Set(jobs), "a job")),
    ...(artifacts === null ? [] : unresolved(found.namedArtifacts, new Set(artifacts), "an artifact")),
    ...unresolved(found.namedSpans, found.spans, "a span"),
    ...[...found.openSpans].map((id): Breach => ({ validator: "VAL-NAV-001", id, message: "a span that never ends" })),
  ];
}

/** Whether a link says what is so (E-09). */
function linkBreaches(each: Diagnostic, { jobs, events }: References): Breach[] {
  const { id, link_confidence, job_id, evidence_refs } = each;
  const related = evidence_refs?.related_job_ids ?? [];
  const eventIds = evidence_refs?.fr_event_ids ?? [];
  const missing = [
    ...[...(job_id === undefined ? [] : [job_id]), ...related].filter((job) => !jobs.has(job)),
    ...eventIds.filter((event) => !events.has(event)),
  ];
  const isBare = job_id === undefined && eventIds.length === 0;
  const fits = {
    direct: !isBare,
    inferred: isBare && new Set(related).size === 1,
    ambiguous: isBare && new Set(related).size >= 2,
    unlinked: isBare && related.length === 0,
  };
  const breach = (message: string): Breach => ({ validator: "VAL-CORR-001", id, message });
  return [
    ...missing.map((name) => breach(`${link_confidence}: refers to ${name}, of which there is no event`)),
    ...(fits[link_confidence]
      ? []
      : [
          breach(
            `${link_confidence}: found ${related.length} candidates${isBare ? "" : " and a reference of its own"}`,
          ),
        ]),
  ];
}

function eventBreaches({ id, severity, source }: Diagnostic, { diagnostics }: References): Breach[] {
  const event = diagnostics.get(id);
  if (event === undefined) return [{ validator: "VAL-CORR-001", id, message: "has no diagnostic event" }];
  if ((event.severity ?? severity) === severity && (event.source ?? source) === source) return [];
  const found = `${event.severity ?? severity} from ${event.source ?? source}`;
  return [{ validator: "VAL-CORR-001", id, message: `its event says ${found}, expected ${severity} from ${source}` }];
}

/** Event n stands on line n + 1. */
function unresolved(named: ReadonlyMap<string, number>, there: { has(id: string): boolean }, what: string): Breach[] {
  return [...named]
    .filter(([id]) => !there.has(id))
    .map(([id, seq]) => ({
      validator: "VAL-NAV-001",
      id,
      message: `line ${seq + 1} names ${what} that is not there`,
    }));
}
