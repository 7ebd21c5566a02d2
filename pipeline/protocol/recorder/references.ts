import type { DiagnosticSeverity, DiagnosticSource } from "../../../schemas/protocol/diagnostic.ts";
import type { FlightEvent } from "../../../schemas/protocol/flight-event.ts";

/** What the events of a run are and speak of, gathered as they come: enough to say whether every id resolves. */
export interface References {
  readonly events: Set<string>;
  /** Jobs that an event other than a diagnostic's is about: something happened to them. */
  readonly jobs: Set<string>;
  readonly spans: Set<string>;
  readonly openSpans: Set<string>;
  /** Diagnostics that have an event of their own. */
  readonly diagnostics: Map<string, { severity: DiagnosticSeverity | undefined; source: DiagnosticSource | undefined }>;
  /** The same ids, each with the number of its event. */
  readonly diagnosticEvents: Map<string, number>;
  /** Ids that other events refer to, each with the number of the first that does. */
  readonly namedJobs: Map<string, number>;
  readonly namedDiagnostics: Map<string, number>;
  readonly namedArtifacts: Map<string, number>;
  readonly namedSpans: Map<string, number>;
}

export function noReferences(): References {
  return {
    events: new Set(),
    jobs: new Set(),
    spans: new Set(),
    openSpans: new Set(),
    diagnostics: new Map(),
    diagnosticEvents: new Map(),
    namedJobs: new Map(),
    namedDiagnostics: new Map(),
    namedArtifacts: new Map(),
    namedSpans: new Map(),
  };
}

/** Adds one event. The order matters for spans only: they end after they have started. */
export function gather(found: References, event: FlightEvent): void {
  const { seq, job_id, activity_span_id, session_span_id } = event;
  const name = (map: Map<string, number>, id: string | null | undefined) => {
    if (id !== undefined && id !== null && !map.has(id)) map.set(id, seq);
  };
  found.events.add(event.event_id);
  name(found.namedJobs, job_id);
  name(found.namedSpans, activity_span_id);
  name(found.namedSpans, session_span_id);
  if (job_id !== undefined && event.type !== "diagnostic") found.jobs.add(job_id);
  for (const ref of artifactsOf(event)) name(found.namedArtifacts, ref);
  switch (event.type) {
    case "span_started":
      found.spans.add(event.span_id);
      found.openSpans.add(event.span_id);
      break;
    case "span_ended":
      name(found.namedSpans, event.span_id);
      found.openSpans.delete(event.span_id);
      break;
    case "diagnostic":
      name(found.diagnosticEvents, event.diagnostic_id);
      found.diagnostics.set(event.diagnostic_id, { severity: event.severity, source: event.source });
      break;
    case "tool_call":
      name(found.namedSpans, event.parent_span_id);
      break;
    case "system":
      name(found.namedJobs, event.op_id);
      name(found.namedDiagnostics, event.diagnostic_id);
      break;
  }
}

function artifactsOf(event: FlightEvent): readonly (string | undefined)[] {
  switch (event.type) {
    case "terminal_command":
      return [event.stdout_ref, event.stderr_ref, event.env_ref];
    case "tool_call":
      return [event.args_ref, event.result_ref];
    case "system":
      return event.message === "supply_chain_op" ? [...event.inputs, ...event.outputs, ...event.evidence] : [];
    case "evidence_reused":
      return [event.evidence];
    case "artifact_action":
      return [event.artifact];
    case "meta.gc_summary":
      return [event.report];
    default:
      return [];
  }
}
