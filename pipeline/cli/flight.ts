import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../schemas/plan.ts";
import type { Diagnostic } from "../../schemas/protocol/diagnostic.ts";
import type { ExitRecord } from "../../schemas/step.ts";
import type { StepOutcome } from "../execute/engine.ts";
import type { Scrubber } from "../leaks/scrub.ts";
import type { OperatedJob } from "../protocol/judged-job.ts";
import { liveIds, workflowRunId } from "../protocol/recorder/live-id.ts";
import { diagnosticEvent } from "../protocol/recorder/operation-events.ts";
import { openRecorder, type Recorded } from "../protocol/recorder/recorder.ts";
import type { Conclusion } from "../report/conclusion.ts";
import { operationIds } from "../report/diagnostics.ts";
import { callEvents, judgementEvents, refuseLiveDenials, resultEvents } from "./flight-job.ts";
import { VERSION } from "./version.ts";
import type { World } from "./world.ts";

/** Where a run's recorder lies below its folder. */
export const FLIGHT_RECORDER = "flight-recorder.jsonl";

/** What is told when everything is decided: the same plan, evidence and decision that the documents are made of. */
export interface Landing {
  readonly conclusion: Conclusion;
  readonly diagnostics: readonly Diagnostic[];
  readonly outcomes: ReadonlyMap<string, StepOutcome>;
  readonly scrubber: Scrubber;
}

export interface Flight {
  started(step: string): void;
  ended(step: string, exit: ExitRecord): void;
  /** Tells each process, call, operation and diagnostic, checks every id, and closes the file. @throws GateError */
  land(landing: Landing): Recorded;
  /** Closes the file of a run that breaks off. */
  abandon(): void;
}

/**
 * Opens `run/flight-recorder.jsonl` in the private folder of a run (protocol F). Live are the beginning and each job's span; what may hold a word
 * out of the tree is told when the found secrets are known and can be taken out.
 * @throws GateError STORAGE_FAILED when it can't be written: what is not recorded did not happen, so the run ends
 */
export function openFlight(runDir: string, world: World): Flight {
  mkdirSync(join(runDir, "run"), { recursive: true });
  const newId = liveIds(world.now, randomBytes);
  const ciRun = ciRunOf(world.env);
  const recorder = openRecorder({
    path: join(runDir, "run", FLIGHT_RECORDER),
    now: world.now,
    newId,
    traceId: newId(),
    sessionId: newId(),
    ...(ciRun === undefined ? {} : { workflowRunId: workflowRunId(ciRun) }),
    gateVersion: VERSION,
    command: "run",
  });
  const spans = new Map<string, string>();
  return {
    started(step) {
      const span = newId();
      spans.set(step, span);
      recorder.record({ type: "span_started", span_id: span, name: step });
    },
    ended(step, { wallMs }) {
      const span = spans.get(step);
      if (span !== undefined)
        recorder.record({ type: "span_ended", span_id: span, metrics: { "hsk.job.latency": wallMs } });
    },
    land({ conclusion, diagnostics, outcomes, scrubber }) {
      const { input, decision, results } = conclusion;
      for (const each of results) {
        const job = jobOf(input.plan, each.operation.op_id);
        const outcome = job.state === "planned" ? outcomes.get(job.step.id) : undefined;
        const span = job.state === "planned" ? spans.get(job.step.id) : undefined;
        const told = { job, conclusion, diagnostics, exit: outcome?.exit, span, now: world.now(), result: each };
        for (const event of judgementEvents(told)) recorder.record(event);
        // What is denied was never called.
        if (job.state === "denied") continue;
        refuseLiveDenials(told);
        for (const event of callEvents({ ...told, job }, newId(), scrubber)) recorder.record(event);
        for (const event of resultEvents({ ...told, job })) recorder.record(event);
      }
      for (const each of diagnostics) recorder.record(diagnosticEvent(each));
      const inputs = results.flatMap(({ operation }) => operation.inputs.map(({ uri }) => uri));
      const artifacts = [...inputs, ...results.flatMap((each) => each.artifacts.map(({ handle }) => handle.uri))];
      const known = { jobs: operationIds(input.plan).values(), diagnostics, artifacts };
      return recorder.close(known, { outcome: decision.verdict.verdict, exitCode: decision.verdict.exitCode });
    },
    abandon: () => recorder.abandon(),
  };
}

function jobOf({ jobs }: Plan, opId: string): OperatedJob {
  const job = jobs.find((each): each is OperatedJob => "operation" in each && each.operation.op_id === opId);
  if (job === undefined) throw new Error(`${opId}: a result of no operation of the plan`);
  return job;
}

/** What the CI calls this attempt (K-25). */
function ciRunOf(env: World["env"]): string | undefined {
  const parts = [env["GITHUB_RUN_ID"] ?? env["CI_PIPELINE_ID"] ?? env["BUILD_ID"], env["GITHUB_RUN_ATTEMPT"]];
  return parts[0] === undefined ? undefined : parts.filter((part) => part !== undefined).join("/");
}
