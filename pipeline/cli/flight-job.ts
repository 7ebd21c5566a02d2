import type { KindId } from "../../schemas/common.ts";
import type { Diagnostic } from "../../schemas/protocol/diagnostic.ts";
import type { NewEvent } from "../../schemas/protocol/flight-event.ts";
import type { GateDecision, GateDenial } from "../../schemas/protocol/gate-decision.ts";
import type { ExitRecord } from "../../schemas/step.ts";
import type { DecidedJob } from "../decide/decided-job.ts";
import type { Scrubber } from "../leaks/scrub.ts";
import { denialSubject } from "../protocol/diagnostics/build.ts";
import { failureCode, reasonOf } from "../protocol/diagnostics/codes.ts";
import { type Judgement, judgeAfter } from "../protocol/gates/judge.ts";
import { judgeJob, type OperatedJob } from "../protocol/judged-job.ts";
import { type Call, processError, timingOf, toolCallEvent } from "../protocol/recorder/call-event.ts";
import { capabilityEvent, gateEvent, operationEvent } from "../protocol/recorder/operation-events.ts";
import { commandEvents } from "../protocol/recorder/process-events.ts";
import type { Conclusion } from "../report/conclusion.ts";
import type { JobResult } from "../report/results.ts";
import { VERSION } from "./version.ts";

/** One job of a run that has ended: what was asked for, what ran, what it gave. */
export interface FlownJob<J extends OperatedJob = OperatedJob> {
  readonly job: J;
  readonly result: JobResult;
  readonly conclusion: Conclusion;
  readonly diagnostics: readonly Diagnostic[];
  /** How its process ended; undefined when none was started. */
  readonly exit: ExitRecord | undefined;
  readonly span: string | undefined;
  readonly now: Date;
}

type CalledJob = Exclude<OperatedJob, { state: "denied" }>;

/** Each check of a capability and each gate's decision (C-02) about an operation, before it was run. */
export function judgementEvents(flown: FlownJob): NewEvent[] {
  const { inventory, plan } = flown.conclusion.input;
  const { sha256, bytes } = plan.inventory;
  const { capabilities, decisions } = judgeJob(flown.job, { inventory, sha256, bytes });
  const { job } = flown;
  return [
    ...capabilities.map(({ capability_id: id, actor_id: actor, decision_outcome: outcome }) =>
      capabilityEvent(id, actor, flown.job.operation.op_id, outcome),
    ),
    // What was denied has lost its step: it is told as it was denied, not judged again.
    ...gateEvents(job.state === "denied" ? decisions.map((each) => as(each, job.denials)) : decisions, flown),
  ];
}

function as(decision: GateDecision, denials: readonly GateDenial[]): GateDecision {
  return { ...decision, denials: denials.filter(({ gate }) => gate === decision.gate) };
}

/** Each process (FR-EVT-001), and the call as a whole (FR-EVT-007). */
export function* callEvents(flown: FlownJob<CalledJob>, callId: string, scrubber: Scrubber): Generator<NewEvent> {
  const { job, exit, span } = flown;
  const { operation } = job;
  const jobId = operation.op_id;
  const spanId = span === undefined ? {} : { spanId: span };
  if (job.state === "planned" && exit !== undefined) {
    yield* commandEvents(job.step, exit, { jobId, ...spanId, scrub: (text) => scrubber.text(text) });
  }
  const { tool, version } = toolOf(flown);
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
  const at = flown.now.toISOString();
  yield toolCallEvent(call, {
    versionFound: exit?.toolVersion ?? null,
    timing: exit === undefined ? { started_at: at, ended_at: at, duration_ms: 0 } : timingOf(exit),
    error: callError(job.kind, exit, decidedOf(flown)),
  });
}

/** What the operation as a whole came to (F-08), and what the gates said of its result. */
export function* resultEvents(flown: FlownJob<CalledJob>): Generator<NewEvent> {
  const { job, exit, diagnostics } = flown;
  const { result } = flown.result;
  const { tool, version } = toolOf(flown);
  yield operationEvent({
    engineId: job.operation.engine_id,
    operation: job.operation.operation,
    opId: job.operation.op_id,
    status: result.status,
    reason: callError(job.kind, exit, decidedOf(flown))?.code ?? result.errors[0]?.code ?? null,
    tool,
    toolVersion: version,
    configHash: result.provenance.config_hash,
    inputs: job.operation.inputs.map(({ uri }) => uri),
    outputs: result.outputs.map(({ uri }) => uri),
    evidence: result.evidence.map(({ uri }) => uri),
    diagnostics,
  });
  yield* gateEvents(judgeLive(flown).decisions, flown);
}

/**
 * What gates have against a result that only shows where it ran: more used than was granted. The evidence says it where it is so, or nothing counts.
 * @throws Error when it does not: a bug of ours
 */
export function refuseLiveDenials(flown: FlownJob): void {
  const told = flown.conclusion.input.deniedAfter ?? [];
  const { denials } = judgeLive(flown);
  const untold = denials.find(({ op_id, code }) => !told.some((each) => each.op_id === op_id && each.code === code));
  if (untold !== undefined) throw new Error(`${untold.gate}: ${untold.code}: ${untold.reason}: ${untold.details}`);
}

/** Holds the result against what its process really used, too. */
function judgeLive({ result, exit }: FlownJob): Judgement {
  const usage = exit === undefined ? null : { wallMs: exit.wallMs, cpuMs: exit.cpuMs, memoryBytes: exit.maxRssBytes };
  const measured = { ...result.measured, usage, started: exit !== undefined };
  return judgeAfter({ ...result, measured });
}

function gateEvents(decisions: readonly GateDecision[], { diagnostics }: FlownJob): NewEvent[] {
  return decisions.flatMap(({ gate, phase, op_id, denials }) =>
    denials.length === 0
      ? [gateEvent({ gate, phase, op_id, denied: null })]
      : denials.map((denial) => {
          const { code, severity } = denial;
          return gateEvent({
            gate,
            phase,
            op_id,
            denied: { code, severity, diagnosticId: toldBy(denial, diagnostics) },
          });
        }),
  );
}

/** The diagnostic of a denial. What only showed where it ran is told with other words, so then it is one of the same code. */
function toldBy(denial: GateDenial, diagnostics: readonly Diagnostic[]): string {
  const subject = denialSubject(denial);
  const known = diagnostics.filter(
    ({ job_id, tool, code }) => job_id === denial.op_id && tool === denial.gate && code === denial.code,
  );
  const exact = known.find(
    ({ locations, capability_id }) => locations?.[0]?.entity_id === subject && capability_id === denial.capability_id,
  );
  return (exact ?? known[0])?.id ?? "";
}

function toolOf({ job, conclusion }: FlownJob): { tool: string; version: string } {
  if (job.state !== "planned") return { tool: "supply-gate", version: VERSION };
  const { tool } = job.step;
  return { tool, version: conclusion.input.tools.tools[tool]?.version ?? "0.0.0" };
}

function decidedOf({ job, conclusion }: FlownJob): DecidedJob | undefined {
  return conclusion.decision.jobs.find(({ kind }) => kind === job.kind);
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
