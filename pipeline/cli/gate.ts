import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Known } from "../../schemas/known.ts";
import type { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import type { DecisionInput } from "../decide/decide.ts";
import type { StepEvents } from "../execute/engine.ts";
import { namedExploits } from "../exploits/named-exploits.ts";
import { refuseLeaks } from "../leaks/find-leaks.ts";
import { type MakeScrubber, scrubberOf, UNTOUCHED } from "../leaks/scrub.ts";
import { scrubbedError } from "../leaks/scrubbed-error.ts";
import { distinctSecrets } from "../leaks/secret.ts";
import { planningAsked } from "../plan/asked.ts";
import { makePlan, type Planning } from "../plan/plan.ts";
import { policyDigest } from "../policy/read-policy.ts";
import type { Conclusion } from "../report/conclusion.ts";
import { runDiagnostics } from "../report/diagnostics.ts";
import { documents } from "../report/documents.ts";
import { clearOutput, writeOutput } from "../report/output-folder.ts";
import { newestAsked, type SplitOptions } from "./base-options.ts";
import { openBase } from "./base-place.ts";
import { type Execution, type ExecutionOptions, executePlan, plannedJobs } from "./execution.ts";
import { type Flight, openFlight } from "./flight.ts";
import { exportedTexts } from "./found-secrets.ts";
import { openRunHistory } from "./history.ts";
import { type GateOptions, type Inputs, knownBy, readInputs, trackedBeside } from "./inputs.ts";
import { keepArtifacts } from "./keep-artifacts.ts";
import { factsAtHand } from "./license-facts.ts";
import { namingTexts } from "./naming-texts.ts";
import { startPhases } from "./phases.ts";
import { PINS, TOOLS } from "./pins.ts";
import { keepLogs, writeRunRecord } from "./run-record.ts";
import type { Screen } from "./screen.ts";
import { concludeWithout, valuesOf } from "./scrubbed-input.ts";
import { findNewest, findSnapshot } from "./snapshot.ts";
import { cellsOf } from "./split-cells.ts";
import { inputsOf, runSplit } from "./split-run.ts";
import { verdictText } from "./verdict-text.ts";
import type { World } from "./world.ts";

export type { ObservedRun } from "./execution.ts";

export interface RunOptions extends GateOptions, ExecutionOptions, SplitOptions {
  readonly out: string;
  readonly advisories?: string | undefined;
  /** Folder of licence facts. */
  readonly licenses?: string | undefined;
  /** One job kind alone; the others are not required. */
  readonly only?: KindId | undefined;
  /** Stands for the plan's own operation of that name. */
  readonly operation?: PlannedOperation | undefined;
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
  const asked = newestAsked(options);
  const facts = factsAtHand(options.licenses, world);
  const runDir = mkdtempSync(join(tmpdir(), "supply-gate-"));
  let scrubber = UNTOUCHED;
  const flight = openFlight(runDir, world);
  try {
    // Before the output is cleared: it may be what head is compared with.
    const base = options.base === undefined ? null : await openBase(options.base, inputs.root, runDir, world);
    clearOutput(out, trackedBeside(inputs, world));
    const snapshot = await findSnapshot(options.advisories, world, options.advisoriesLock);
    const newest = await findNewest(asked, snapshot, world);
    screen.note(`reading ${options.path}`);
    phases.begin("plan");
    const history = await openRunHistory(options, inputs.root, runDir, world);
    const planned = makePlan({
      ...inputs,
      policySha256: policyDigest(inputs.policy),
      pins: PINS,
      advisories: snapshot?.summary ?? null,
      history: history?.summary,
      only: options.only,
    });
    const planning = options.operation === undefined ? planned : askedFor(planned, options.operation);
    const known = { ...knownBy(inputs), facts: await facts(inputs.root, planning.inventory) };
    phases.begin("stage");
    const staged = await history?.stage(planning, screen);
    const events = stepEvents(screen, flight, () => phases.begin("scan"));
    const execution = await executePlan(
      planning,
      inputs,
      options,
      { advisories: snapshot?.dir, history: staged, runDir, events },
      world,
      screen,
    );
    const plain = decisionInput(planning, inputs, known, execution);
    if (base !== null) phases.begin("compare");
    const head = { ...plain, inputs, planning, snapshot, runDir, only: options.only, facts };
    const split = base === null ? null : await runSplit(head, base, newest, options, world, screen);
    screen.note("deciding");
    phases.begin("decide");
    const secrets = split === null ? execution.secrets : distinctSecrets([...execution.secrets, ...split.secrets]);
    scrubber = makeScrubber(secrets, [plain, ...inputsOf(split)].map(valuesOf));
    const cells = split === null ? null : cellsOf(split, plain, scrubber);
    const exploits = namedExploits(known.exploits, namingTexts(plain, cells));
    const conclusion = concludeWithout({ ...plain, known: { ...known, cells, exploits } }, scrubber);
    const { input, decision } = conclusion;
    const files = documents(conclusion);
    world.signal.throwIfAborted();
    const logs = join(runDir, "run");
    keepLogs(runDir, plannedJobs(planning), execution.outcomes, scrubber);
    const { outcomes, opened, standings } = execution;
    const diagnostics = runDiagnostics(input, decision);
    const recorder = flight.land({ conclusion, diagnostics, outcomes, scrubber });
    const record = staged?.record ?? null;
    writeRunRecord(runDir, { phases: phases.end(), opened, standings, outcomes, history: record, recorder }, scrubber);
    const shown = verdictText(decision, options.out, world.colors);
    refuseLeaks(secrets, exportedTexts(files, logs, shown));
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
function askedFor(planned: Planning, operation: PlannedOperation): Planning {
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

function decisionInput(
  planning: Planning,
  inputs: Inputs,
  known: Known,
  { evidence, egress, opened: { engine } }: Execution,
): DecisionInput {
  return {
    ...planning,
    policy: inputs.policy,
    waivers: inputs.waivers,
    evidence,
    known,
    tools: TOOLS,
    isolation: { kind: engine.isolation, egress },
  };
}
