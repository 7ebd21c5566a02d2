import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import { type Decision, type DecisionInput, decide } from "../decide/decide.ts";
import { policyDigest } from "../decide/policy.ts";
import type { Egress, StepOutcome } from "../execute/engine.ts";
import { makePlan, type Planning } from "../plan/plan.ts";
import { documents } from "../report/documents.ts";
import { clearOutput, writeOutput } from "../report/output-folder.ts";
import { type EngineChoice, type OpenedEngine, openEngine } from "./engine.ts";
import { evidenceOf, type PlannedJob, registerEvidence } from "./evidence.ts";
import { type GateOptions, type Inputs, readInputs } from "./inputs.ts";
import { startPhases } from "./phases.ts";
import { PINS, TOOL_VERSIONS } from "./pins.ts";
import { keepLogs, writeRunRecord } from "./run-record.ts";
import type { Screen } from "./screen.ts";
import { findSnapshot } from "./snapshot.ts";
import type { World } from "./world.ts";

export interface RunOptions extends GateOptions {
  readonly out: string;
  readonly advisories?: string | undefined;
  readonly engine: EngineChoice;
  readonly sandbox: "auto" | "none";
  readonly images?: string | undefined;
  /** One job kind alone; the others are not required. */
  readonly only?: KindId | undefined;
}

/**
 * Plan, execute, decide, report: one run of the gate, whose results lie in `options.out` when it returns.
 * @throws GateError when the caller's input is invalid or the run could not be carried out; nothing is left at `options.out` then
 */
export async function runGate(options: RunOptions, world: World, screen: Screen): Promise<Decision> {
  const phases = startPhases(world.now);
  const inputs = readInputs(options, world);
  const out = resolve(world.cwd, options.out);
  clearOutput(out);
  const snapshot = await findSnapshot(options.advisories, world);
  screen.note(`reading ${options.path}`);
  phases.begin("plan");
  const planning = makePlan({
    ...inputs,
    policySha256: policyDigest(inputs.policy),
    pins: PINS,
    advisories: snapshot?.summary ?? null,
    only: options.only,
  });
  phases.begin("stage");
  const runDir = mkdtempSync(join(tmpdir(), "supply-gate-"));
  try {
    const watched = scanBegins(screen, () => phases.begin("scan"));
    const { execution, opened } = await execute(planning, inputs, options, snapshot?.dir, runDir, world, watched);
    screen.note("deciding");
    phases.begin("decide");
    const input = decisionInput(planning, inputs, execution, opened);
    const decision = decide(input);
    const files = documents(input, decision);
    world.signal.throwIfAborted();
    writeRunRecord(runDir, { phases: phases.end(), opened, outcomes: execution.outcomes });
    writeOutput(out, files, join(runDir, "run"));
    return decision;
  } finally {
    rmSync(runDir, { recursive: true, force: true });
  }
}

/** Tells when the first step starts: everything is staged then. */
function scanBegins(screen: Screen, begin: () => void): Screen {
  let begun = false;
  return {
    ...screen,
    started(job) {
      if (!begun) begin();
      begun = true;
      screen.started(job);
    },
  };
}

interface Execution {
  readonly evidence: ReadonlyMap<KindId, Evidence>;
  readonly outcomes: ReadonlyMap<string, StepOutcome>;
  readonly egress: Egress;
}

async function execute(
  planning: Planning,
  inputs: Inputs,
  options: RunOptions,
  advisories: string | undefined,
  runDir: string,
  world: World,
  screen: Screen,
) {
  const planned = planning.plan.jobs.filter((job): job is PlannedJob => job.state === "planned");
  const opened = await openEngine(
    { ...options, root: inputs.root, planned, planning, advisories, runDir },
    world,
    screen,
  );
  try {
    // The longest job is the last of the list: it goes first, so that the others fill the gaps beside it.
    const ready = planned.filter(({ step }) => !opened.missing.has(step.tool)).reverse();
    const probe = opened.engine.egress();
    const outcomes = await opened.engine.execute(
      ready.map(({ step }) => step),
      world.signal,
      {
        started: (id) => screen.started(id),
        ended: (id, exit) =>
          screen.ended(id, exit.status === null ? `ended by ${exit.killedBy ?? exit.signal}` : "done"),
      },
    );
    const egress = await probe;
    world.signal.throwIfAborted();
    const evidence = new Map<KindId, Evidence>();
    for (const job of planned) evidence.set(job.kind, evidenceOf(job, outcomes.get(job.step.id), opened.missing));
    if (inputs.register !== null) evidence.set("oss_register_audit", registerEvidence(planning.plan, inputs.register));
    keepLogs(runDir, planned, outcomes);
    return { execution: { evidence, outcomes, egress }, opened };
  } finally {
    await opened.engine.close();
  }
}

function decisionInput(
  planning: Planning,
  inputs: Inputs,
  execution: Execution,
  { engine }: OpenedEngine,
): DecisionInput {
  return {
    ...planning,
    policy: inputs.policy,
    waivers: inputs.waivers,
    evidence: execution.evidence,
    toolVersions: TOOL_VERSIONS,
    isolation: { kind: engine.isolation, egress: execution.egress },
  };
}
