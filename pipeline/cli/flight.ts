import { createHash, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import type { Job } from "../../schemas/plan.ts";
import type { Diagnostic } from "../../schemas/protocol/diagnostic.ts";
import type { NewEvent } from "../../schemas/protocol/flight-event.ts";
import type { ExitRecord } from "../../schemas/step.ts";
import type { Decision, DecisionInput } from "../decide/decide.ts";
import type { DecidedJob } from "../decide/jobs.ts";
import type { StepOutcome } from "../execute/engine.ts";
import { digestOf } from "../findings/digest.ts";
import type { Scrubber } from "../leaks/scrub.ts";
import { judgeJob } from "../plan/judged.ts";
import { failureCode, reasonOf } from "../protocol/diagnostics/codes.ts";
import { type Call, processError, timingOf, toolCallEvent } from "../protocol/recorder/call-event.ts";
import { liveIds, workflowRunId } from "../protocol/recorder/live-id.ts";
import { capabilityEvent, diagnosticEvent, gateEvent, operationEvent } from "../protocol/recorder/operation-events.ts";
import { commandEvents } from "../protocol/recorder/process-events.ts";
import { openRecorder, type Recorded } from "../protocol/recorder/recorder.ts";
import { operationIds } from "../report/diagnostics.ts";
import { VERSION } from "./version.ts";
import type { World } from "./world.ts";

/** Where a run's recorder lies below its folder. */
export const FLIGHT_RECORDER = "flight-recorder.jsonl";

/** What is told when everything is decided: the same plan, evidence and decision that the documents are made of. */
export interface Landing {
  readonly input: DecisionInput;
  readonly decision: Decision;
  readonly diagnostics: readonly Diagnostic[];
  readonly documents: ReadonlyMap<string, string>;
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

type OperatedJob = Extract<Job, { operation: unknown }>;
type CalledJob = Exclude<OperatedJob, { state: "denied" }>;

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
    land(landing) {
      const { decision, diagnostics, input } = landing;
      const jobs = input.plan.jobs.filter((job): job is OperatedJob => "operation" in job);
      for (const job of jobs) {
        const exit = job.state === "planned" ? landing.outcomes.get(job.step.id)?.exit : undefined;
        const span = job.state === "planned" ? spans.get(job.step.id) : undefined;
        for (const event of judgementEvents(job, landing)) recorder.record(event);
        // What is denied was never called.
        if (job.state === "denied") continue;
        for (const event of eventsOf(job, exit, span, newId(), world.now(), landing)) recorder.record(event);
      }
      for (const each of diagnostics) recorder.record(diagnosticEvent(each));
      const known = { jobs: operationIds(input.plan).values(), diagnostics, artifacts: artifactsOf(landing) };
      return recorder.close(known, { outcome: decision.verdict.verdict, exitCode: decision.verdict.exitCode });
    },
    abandon: () => recorder.abandon(),
  };
}

/** What the CI calls this attempt (K-25). */
function ciRunOf(env: World["env"]): string | undefined {
  const parts = [env["GITHUB_RUN_ID"] ?? env["CI_PIPELINE_ID"] ?? env["BUILD_ID"], env["GITHUB_RUN_ATTEMPT"]];
  return parts[0] === undefined ? undefined : parts.filter((part) => part !== undefined).join("/");
}

/** Each check of a capability and each gate's decision (C-02) about an operation, before it was run. */
function judgementEvents(job: OperatedJob, { input, diagnostics }: Landing): NewEvent[] {
  const { inventory, plan } = input;
  const { sha256, bytes } = plan.inventory;
  const { capabilities, decisions } = judgeJob(job, { inventory, sha256, bytes });
  const jobId = job.operation.op_id;
  const toldBy = (gate: string, code: string) =>
    diagnostics.find((each) => each.job_id === jobId && each.tool === gate && each.code === code)?.id ?? "";
  return [
    ...capabilities.map(({ capability_id: id, actor_id: actor, decision_outcome: outcome }) =>
      capabilityEvent(id, actor, jobId, outcome),
    ),
    ...decisions.flatMap(({ gate, phase, op_id, denials }) =>
      denials.length === 0
        ? [gateEvent({ gate, phase, op_id, denied: null })]
        : denials.map(({ code, severity }) =>
            gateEvent({ gate, phase, op_id, denied: { code, severity, diagnosticId: toldBy(gate, code) } }),
          ),
    ),
  ];
}

function* eventsOf(
  job: CalledJob,
  exit: ExitRecord | undefined,
  span: string | undefined,
  callId: string,
  now: Date,
  landing: Landing,
) {
  const { input, decision, scrubber } = landing;
  const decided = decision.jobs.find(({ kind }) => kind === job.kind);
  const { operation } = job;
  const jobId = operation.op_id;
  const spanId = span === undefined ? {} : { spanId: span };
  if (job.state === "planned" && exit !== undefined) {
    yield* commandEvents(job.step, exit, { jobId, ...spanId, scrub: (text) => scrubber.text(text) });
  }
  const tool = job.state === "planned" ? job.step.tool : "supply-gate";
  const version = job.state === "planned" ? (input.toolVersions[tool] ?? "0.0.0") : VERSION;
  const call: Call = {
    callId,
    jobId,
    toolId: job.state === "planned" ? `oss.${tool.replaceAll(/[^a-z0-9]/g, "")}` : "supply_gate.audit",
    toolVersion: version,
    startsProcess: job.state === "planned",
    stepKey: operation.params["step_key"] as string,
    args: operation.params,
    capabilities: operation.capabilities_requested,
    ...spanId,
  };
  const at = now.toISOString();
  const end = {
    versionFound: exit?.toolVersion ?? null,
    timing: exit === undefined ? { started_at: at, ended_at: at, duration_ms: 0 } : timingOf(exit),
    error: callError(job.kind, exit, decided),
  };
  yield toolCallEvent(call, end);
  yield operationEvent({
    engineId: operation.engine_id,
    operation: operation.operation,
    opId: jobId,
    status: end.error === null ? "succeeded" : "failed",
    reason: end.error?.code ?? null,
    tool,
    toolVersion: version,
    configHash: configHash(input, job),
    inputs: operation.inputs.map(({ uri }) => uri),
    outputs: refsOf(landing, `reports/${job.kind}.json`),
    evidence: refsOf(landing, `evidence/${job.kind}.json`),
    diagnostics: landing.diagnostics,
  });
}

/** Why a call does not count as done (J-06): the process, what is missing, or what the policy blocks. */
function callError(kind: KindId, exit: ExitRecord | undefined, decided: DecidedJob | undefined) {
  const [problem] = decided?.problems ?? [];
  const code = failureCode(kind, problem === undefined ? "TOOL_ERROR" : reasonOf(problem.code));
  const broken = exit === undefined ? null : processError(exit, code);
  if (broken !== null) return broken;
  if (problem !== undefined) return { code, kind: "tool" as const, retryable: true };
  const blocks = decided?.findings.some(({ effect }) => effect === "block") ?? false;
  return blocks ? { code: failureCode(kind, "BLOCK"), kind: "policy" as const, retryable: false } : null;
}

/** Everything that can change the verdict but the tree (G-13). */
function configHash({ plan }: DecisionInput, job: CalledJob): string {
  const { mode, asOf, policy, waivers, pins, advisories } = plan;
  const step = job.state === "planned" ? job.step : null;
  return digestOf({ mode, asOf, policy, waivers, pins, advisories, step });
}

function refsOf({ documents }: Landing, path: string): string[] {
  const text = documents.get(path);
  return text === undefined ? [] : [`artifact://sha256/${createHash("sha256").update(text).digest("hex")}`];
}

function artifactsOf(landing: Landing): string[] {
  const inputs = landing.input.plan.jobs.flatMap((job) => ("operation" in job ? job.operation.inputs : []));
  return [...inputs.map(({ uri }) => uri), ...[...landing.documents.keys()].flatMap((path) => refsOf(landing, path))];
}
