import type { KindId } from "../../schemas/common.ts";
import type { GateError } from "../../schemas/error.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import { recordsIn } from "../advisories/held-records.ts";
import type { Egress, StepEvents, StepOutcome } from "../execute/engine.ts";
import type { Secret } from "../leaks/secret.ts";
import { leaveOutOf, type Planning } from "../plan/plan.ts";
import { refuseChanges } from "../plan/unchanged.ts";
import { callable } from "./callable.ts";
import type { Standing } from "./conformance-record.ts";
import { type EngineChoice, type OpenedEngine, openEngine } from "./engine.ts";
import { evidenceOf, type PlannedJob, registerEvidence } from "./evidence.ts";
import { foundSecrets } from "./found-secrets.ts";
import type { StagedRunHistory } from "./history.ts";
import type { Inputs } from "./inputs.ts";
import type { Screen } from "./screen.ts";
import type { World } from "./world.ts";

export interface ExecutionOptions {
  readonly engine: EngineChoice;
  readonly sandbox: "auto" | "none";
  readonly images?: string | undefined;
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

/** What lies beside the tree for the steps, and where they leave what they find. */
export interface Beside {
  readonly advisories: string | undefined;
  readonly history: StagedRunHistory | undefined;
  readonly runDir: string;
  /** Is told of each step. */
  readonly events: StepEvents;
  /** Evidence of steps that ran already, by their key: they are not run again. */
  readonly known?: ReadonlyMap<string, Evidence> | undefined;
}

/** What the steps of a plan left. The secrets are in memory only. */
export interface Execution {
  readonly evidence: ReadonlyMap<KindId, Evidence>;
  readonly outcomes: ReadonlyMap<string, StepOutcome>;
  readonly egress: Egress;
  readonly secrets: readonly Secret[];
  readonly opened: OpenedEngine;
  readonly standings: Readonly<Record<string, Standing["state"]>>;
}

/**
 * Carries out the steps of a plan on an engine of its own, and reads what they left.
 * @throws GateError when the engine or storage breaks, or the tree changed meanwhile; a step that breaks is evidence
 */
export async function executePlan(
  planning: Planning,
  inputs: Inputs,
  options: ExecutionOptions,
  { advisories, history, runDir, events, known = new Map() }: Beside,
  world: World,
  screen: Screen,
): Promise<Execution> {
  const planned = plannedJobs(planning).filter(({ stepKey }) => !known.has(stepKey));
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
    const advisory = advisories === undefined ? undefined : recordsIn(advisories);
    const beside = { history: history?.staged, advisory };
    const evidence = knownEvidence(planning, known, inputs, refused);
    for (const job of planned) evidence.set(job.kind, evidenceOf(job, outcomes.get(job.step.id), why(job), beside));
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
    return { evidence, outcomes, egress, secrets, opened, standings };
  } finally {
    await opened.engine.close();
  }
}

/** Evidence that needs no step to run: of steps that ran already, and of what we read ourselves. */
export function knownEvidence(
  planning: Planning,
  known: ReadonlyMap<string, Evidence>,
  { register }: Pick<Inputs, "register">,
  refused: ReadonlyMap<KindId, GateError> = new Map(),
): Map<KindId, Evidence> {
  const evidence = new Map<KindId, Evidence>();
  for (const { kind, stepKey } of plannedJobs(planning)) {
    const found = known.get(stepKey);
    if (found !== undefined) evidence.set(kind, found);
  }
  const audit = registerEvidence(planning.plan, register, refused.get("oss_register_audit"));
  if (audit !== null) evidence.set(audit.kind, audit);
  return evidence;
}

/** The jobs of a plan that have a step. */
export function plannedJobs({ plan }: Planning): PlannedJob[] {
  return plan.jobs.filter((job): job is PlannedJob => job.state === "planned");
}
