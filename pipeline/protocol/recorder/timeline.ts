import type { FlightEvent } from "../../../schemas/protocol/flight-event.ts";
import { visible } from "../../findings/visible.ts";

/** The events for people: number, seconds since the first, who, what; one line each. */
export function timeline(events: readonly FlightEvent[]): string {
  const began = Date.parse(events[0]?.timestamp ?? "");
  const jobs = jobNames(events);
  return events.map((event) => `${lineOf(event, began, jobs)}\n`).join("");
}

/** Jobs by the names of their operations, where an event says them. */
function jobNames(events: readonly FlightEvent[]): Map<string, string> {
  return new Map(
    events.flatMap((event): [string, string][] =>
      event.type === "system" && event.message === "supply_chain_op" ? [[event.op_id, event.operation]] : [],
    ),
  );
}

function lineOf(event: FlightEvent, began: number, jobs: ReadonlyMap<string, string>): string {
  const seconds = ((Date.parse(event.timestamp) - began) / 1000).toFixed(3);
  const job = event.job_id === undefined ? "" : (jobs.get(event.job_id) ?? event.job_id.slice(0, 8));
  return visible(
    `${String(event.seq).padStart(5)} ${`+${seconds}s`.padStart(10)}  ${job.padEnd(18)}  ${textOf(event)}`,
  );
}

function textOf(event: FlightEvent): string {
  switch (event.type) {
    case "run_started":
      return `run started: ${event.command} (supply-gate ${event.gate_version})`;
    case "run_ended":
      return `run ended: ${event.outcome}, exit status ${event.exit_code}, ${event.events} events`;
    case "span_started":
      return `begins: ${event.name}`;
    case "span_ended":
      return `ends${metricsText(event.metrics)}`;
    case "terminal_command":
      return `${event.purpose} ${event.command} ${shortened(event.args.join(" "))}: ${endText(event)}`;
    case "diagnostic":
      return `diagnostic ${event.severity ?? ""} ${event.diagnostic_id}`;
    case "tool_call":
      return `tool ${event.tool_id} ${event.tool_version}: ${event.error === null ? "ok" : `${event.error.code} (${event.error.kind})`}`;
    case "system":
      return event.message === "gate_outcome"
        ? `gate ${event.gate} ${event.phase}: ${event.outcome}${event.code === null ? "" : ` ${event.code}`}`
        : `operation ${event.engine_id}: ${event.status}${event.reason === null ? "" : ` ${event.reason}`}, ${event.blocking} blocking`;
    case "capability_action":
      return `capability ${event.capability_id}: ${event.decision_outcome}`;
    case "evidence_reused":
      return `evidence reused, of ${event.original.started_at}`;
    case "artifact_action":
      return `artifact ${event.action}: ${event.outcome}${event.code === null ? "" : ` ${event.code}`}`;
    case "meta.gc_summary":
      return `garbage collected${event.dry_run ? " (dry run)" : ""}: ${event.items_pruned} of ${event.items_scanned}`;
  }
}

type Command = Extract<FlightEvent, { type: "terminal_command" }>;

function endText({
  exit_code,
  signal,
  spawn_error,
  timed_out,
  cancelled,
  duration_ms,
  truncated_bytes,
}: Command): string {
  const end =
    spawn_error !== null
      ? `not started (${spawn_error})`
      : exit_code === null
        ? `ended by ${signal ?? "nobody knows what"}`
        : `exit ${exit_code}`;
  const more = [timed_out ? "timed out" : "", cancelled ? "cancelled" : "", truncated_bytes > 0 ? "output cut" : ""];
  return [end, ...more.filter((word) => word !== ""), `${duration_ms} ms`].join(", ");
}

function metricsText(metrics: Record<string, number | undefined>): string {
  return Object.entries(metrics)
    .map(([name, value]) => ` ${name}=${value}`)
    .join("");
}

function shortened(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 97)}...`;
}
