import type { NewEvent } from "../../../schemas/protocol/flight-event.ts";
import type { ExitRecord, Step } from "../../../schemas/step.ts";
import { digestOf } from "../../findings/digest.ts";

type Command = Extract<NewEvent, { type: "terminal_command" }>;

/** What is known of a step's processes beside step and record. */
export interface StepContext {
  readonly jobId: string;
  readonly spanId?: string | undefined;
  /** Takes known secrets out of a text; a text that holds none comes back as it is (J-82). */
  readonly scrub: (text: string) => string;
  /** `artifact://sha256/…` of what is kept of the tool's output; none for output that is not kept. */
  readonly refs?: { readonly stdout?: string; readonly stderr?: string } | undefined;
}

/**
 * FR-EVT-001 for each process of a step that was started or tried (F-04, J-53): the version probe when the record has one, then the tool.
 * Command lines have the step's placeholders, so that they are the same wherever it ran (F-03).
 */
export function commandEvents(step: Step, exit: ExitRecord, context: StepContext): Command[] {
  const { probe } = exit;
  const run = {
    ...commandLine(step.argv, step.cwd, context),
    purpose: "scan" as const,
    exit_code: exit.status,
    signal: exit.signal,
    spawn_error: spawnErrorText(exit.spawnError, context),
    started_at: exit.started,
    duration_ms: exit.wallMs,
    timed_out: exit.timedOut,
    cancelled: exit.killedBy === "cancel",
    truncated_bytes: exit.stdoutBytesCut + exit.stderrBytesCut,
    ...(context.refs?.stdout === undefined ? {} : { stdout_ref: context.refs.stdout }),
    ...(context.refs?.stderr === undefined ? {} : { stderr_ref: context.refs.stderr }),
  };
  if (probe === null) return [run];
  const asked = {
    ...commandLine(step.version.argv, step.cwd, context),
    purpose: "version_probe" as const,
    exit_code: probe.status,
    signal: probe.signal,
    spawn_error: spawnErrorText(probe.spawnError, context),
    started_at: probe.started,
    duration_ms: probe.wallMs,
    timed_out: probe.timedOut,
    cancelled: probe.cancelled,
    truncated_bytes: probe.bytesCut,
  };
  return [asked, run];
}

/** A sandbox's own complaint may be long, and name what it was to start. */
function spawnErrorText(error: string | null, { scrub }: StepContext): string | null {
  return error === null ? null : scrub(error).slice(0, 500) || "(no words)";
}

const MAX_ARGS_BYTES = 16 * 1024;
const MAX_COMMAND = 4096;

/** As many arguments as 16 KiB take; how many more there are, and the digest of all. */
function commandLine(argv: readonly string[], cwd: string, { jobId, spanId, scrub }: StepContext) {
  const [command = "(nothing)", ...args] = argv.map(scrub);
  let room = MAX_ARGS_BYTES;
  const shown = args.findIndex((arg) => {
    room -= Buffer.byteLength(JSON.stringify(arg)) + 1;
    return room < 0;
  });
  const kept = shown < 0 ? args : args.slice(0, shown);
  return {
    type: "terminal_command" as const,
    job_id: jobId,
    ...(spanId === undefined ? {} : { activity_span_id: spanId }),
    cwd: scrub(cwd),
    command: command.slice(0, MAX_COMMAND) || "(nothing)",
    args: kept,
    args_omitted: args.length - kept.length,
    args_hash: digestOf(args),
  };
}
