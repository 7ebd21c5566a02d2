import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import type { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import { recordsIn } from "../advisories/held-records.ts";
import type { DecisionInput } from "../decide/decide.ts";
import { policyDigest } from "../decide/policy.ts";
import type { Egress, StepEvents, StepOutcome } from "../execute/engine.ts";
import { refuseLeaks } from "../leaks/find-leaks.ts";
import { type MakeScrubber, scrubberOf, UNTOUCHED } from "../leaks/scrub.ts";
import { scrubbedError } from "../leaks/scrubbed-error.ts";
import type { Secret } from "../leaks/secret.ts";
import { planningAsked } from "../plan/asked.ts";
import { leaveOutOf, makePlan, type Planning } from "../plan/plan.ts";
import { refuseChanges } from "../plan/unchanged.ts";
import type { Conclusion } from "../report/conclusion.ts";
import { runDiagnostics } from "../report/diagnostics.ts";
import { documents } from "../report/documents.ts";
import { clearOutput, writeOutput } from "../report/output-folder.ts";
import { callable } from "./callable.ts";
import { type EngineChoice, type OpenedEngine, openEngine } from "./engine.ts";
import { evidenceOf, type PlannedJob, registerEvidence } from "./evidence.ts";
import { type Flight, openFlight } from "./flight.ts";
import { exportedTexts, foundSecrets } from "./found-secrets.ts";
import { openRunHistory, type StagedRunHistory } from "./history.ts";
import { type GateOptions, type Inputs, readInputs, trackedBeside } from "./inputs.ts";
import { keepArtifacts } from "./keep-artifacts.ts";
import { startPhases } from "./phases.ts";
import { PINS, TOOLS } from "./pins.ts";
import { keepLogs, writeRunRecord } from "./run-record.ts";
import type { Screen } from "./screen.ts";
import { concludeWithout, valuesOf } from "./scrubbed-input.ts";
import { findSnapshot } from "./snapshot.ts";
import { verdictText } from "./verdict-text.ts";
import type { World } from "./world.ts";

export interface RunOptions extends GateOptions {
  readonly out: string;
  readonly advisories?: string | undefined;
  readonly engine: EngineChoice;
  readonly sandbox: "auto" | "none";
  readonly images?: string | undefined;
  /** One job kind alone; the others are not required. */
  readonly only?: KindId | undefined;
  /** Stands for the plan's own operation of that name. */
  readonly operation?: PlannedOperation | undefined;
  /** Its engines are being tested: how they ended before says nothing. */
  readonly isTested?: boolean | undefined;
  /** Is shown what the steps left, before anything is decided. */
  readonly observe?: ((run: ObservedRun) => void) | undefined;
}

/** A run as far as it is carried out, as long as the files of its steps are there. */
export interface ObservedRun {
  readonly planning: Planning;
  readonly inputs: Inputs;
  readonly evidence: ReadonlyMap<KindId, Evidence>;
  readonly outcomes: ReadonlyMap<string, StepOutcome>;
  /** Folder of the advisory snapshot. */
  readonly advisories: string | undefined;
}

/**
 * Plan, execute, decide, report: one run of the gate, whose results lie in `options.out` when it returns.
 * @throws GateError when the caller's input is invalid, the run could not be carried out, or a found secret would have left (SECRET_LEAKED);
 * nothing is left at `options.out` then
 */
export async function runGate(
  options: RunOptions,
  world: World,
  screen: Screen,
  makeScrubber: MakeScrubber = scrubberOf,
): Promise<Conclusion> {
  const phases = startPhases(world.now);
  const inputs = readInputs(options, world);
  const out = resolve(world.cwd, options.out);
  clearOutput(out, trackedBeside(inputs, world));
  const snapshot = await findSnapshot(options.advisories, world);
  screen.note(`reading ${options.path}`);
  phases.begin("plan");
  const runDir = mkdtempSync(join(tmpdir(), "supply-gate-"));
  let scrubber = UNTOUCHED;
  const flight = openFlight(runDir, world);
  try {
    const history = await openRunHistory(options, inputs.root, runDir, world);
    const planned = makePlan({
      ...inputs,
      policySha256: policyDigest(inputs.policy),
      pins: PINS,
      advisories: snapshot?.summary ?? null,
      history: history?.summary,
      only: options.only,
    });
    const planning = options.operation === undefined ? planned : asked(planned, options.operation);
    phases.begin("stage");
    const staged = await history?.stage(planning, screen);
    const events = stepEvents(screen, flight, () => phases.begin("scan"));
    const { execution, opened, standings } = await execute(
      planning,
      inputs,
      options,
      { advisories: snapshot?.dir, history: staged, runDir, events },
      world,
      screen,
    );
    screen.note("deciding");
    phases.begin("decide");
    const found = decisionInput(planning, inputs, execution, opened);
    scrubber = makeScrubber(execution.secrets, valuesOf(found));
    const conclusion = concludeWithout(found, scrubber);
    const { input, decision } = conclusion;
    const files = documents(conclusion);
    world.signal.throwIfAborted();
    const logs = join(runDir, "run");
    keepLogs(runDir, plannedJobs(planning), execution.outcomes, scrubber);
    const { outcomes } = execution;
    const diagnostics = runDiagnostics(input, decision);
    const recorder = flight.land({ conclusion, diagnostics, outcomes, scrubber });
    const record = staged?.record ?? null;
    writeRunRecord(runDir, { phases: phases.end(), opened, standings, outcomes, history: record, recorder }, scrubber);
    const shown = verdictText(decision, options.out, world.colors);
    refuseLeaks(execution.secrets, exportedTexts(files, logs, shown));
    if (options.store !== undefined) await keepArtifacts(conclusion, resolve(world.cwd, options.store));
    writeOutput(out, files, logs);
    return conclusion;
  } catch (error) {
    throw scrubbedError(error, scrubber);
  } finally {
    flight.abandon();
    rmSync(runDir, { recursive: true, force: true });
  }
}

/** @throws GateError when this tree gives rise to no such operation */
function asked(planned: Planning, operation: PlannedOperation): Planning {
  const planning = planningAsked(planned, operation);
  if (planning !== null) return planning;
  const job = planned.plan.jobs.find(({ kind }) => kind === operation.operation);
  const why =
    job?.state === "impossible" ? job.problem.message : job?.state === "not-required" ? job.reason : "unknown";
  throw new GateError("USAGE_INVALID", `${operation.operation}: there is nothing to do here: ${why}`);
}

/** Tells screen and recorder of each step, and when the first one starts: everything is staged then. */
function stepEvents(screen: Screen, flight: Flight, begin: () => void): StepEvents {
  let begun = false;
  return {
    started(id) {
      if (!begun) begin();
      begun = true;
      flight.started(id);
      screen.started(id);
    },
    ended(id, exit) {
      flight.ended(id, exit);
      screen.ended(id, exit.status === null ? `ended by ${exit.killedBy ?? exit.signal}` : "done");
    },
  };
}

interface Execution {
  readonly evidence: ReadonlyMap<KindId, Evidence>;
  readonly outcomes: ReadonlyMap<string, StepOutcome>;
  readonly egress: Egress;
  readonly secrets: readonly Secret[];
}

/** What lies beside the tree for the steps, and where they leave what they find. */
interface Beside {
  readonly advisories: string | undefined;
  readonly history: StagedRunHistory | undefined;
  readonly runDir: string;
  /** Is told of each step. */
  readonly events: StepEvents;
}

async function execute(
  planning: Planning,
  inputs: Inputs,
  options: RunOptions,
  { advisories, history, runDir, events }: Beside,
  world: World,
  screen: Screen,
) {
  const planned = plannedJobs(planning);
  const { refused, standings } = callable(planning.plan, options.isTested ?? false, world);
  const opened = await openEngine(
    { ...options, root: inputs.root, planned, planning, advisories, history: history?.dir, runDir },
    world,
    screen,
  );
  try {
    // The longest job is the last of the list: it goes first, so that the others fill the gaps beside it.
    const why = ({ kind, step }: PlannedJob) => refused.get(kind) ?? opened.missing.get(step.tool);
    const ready = planned.filter((job) => why(job) === undefined).reverse();
    const probe = opened.engine.egress();
    const steps = ready.map(({ step }) => step);
    const outcomes = await opened.engine.execute(steps, world.signal, events);
    const egress = await probe;
    world.signal.throwIfAborted();
    const evidence = new Map<KindId, Evidence>();
    const advisory = advisories === undefined ? undefined : recordsIn(advisories);
    const beside = { history: history?.staged, advisory };
    for (const job of planned) evidence.set(job.kind, evidenceOf(job, outcomes.get(job.step.id), why(job), beside));
    const audit = registerEvidence(planning.plan, inputs.register, refused.get("oss_register_audit"));
    if (audit !== null) evidence.set(audit.kind, audit);
    options.observe?.({ planning, inputs, outcomes, evidence, advisories });
    const outDirs = new Map([...outcomes].map(([id, { outDir }]) => [id, outDir]));
    const { inventory } = planning;
    refuseChanges(inputs.root, inventory, leaveOutOf(inputs));
    const secrets = foundSecrets({
      root: inputs.root,
      inventory,
      planned,
      evidence,
      outDirs,
      history: history?.staged,
    });
    history?.remember(evidence.get("secret_scan"));
    return { execution: { evidence, outcomes, egress, secrets }, opened, standings };
  } finally {
    await opened.engine.close();
  }
}

function plannedJobs({ plan }: Planning): PlannedJob[] {
  return plan.jobs.filter((job): job is PlannedJob => job.state === "planned");
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
    tools: TOOLS,
    isolation: { kind: engine.isolation, egress: execution.egress },
  };
}
