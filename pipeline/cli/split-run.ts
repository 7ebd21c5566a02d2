import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import { type Known, NOTHING_KNOWN } from "../../schemas/known.ts";
import type { DecisionInput } from "../decide/decide.ts";
import type { StepEvents } from "../execute/engine.ts";
import type { Secret } from "../leaks/secret.ts";
import { makePlan, type Planning } from "../plan/plan.ts";
import { policyDigest } from "../policy/read-policy.ts";
import { ADVISED } from "../split/attribute.ts";
import { ancestorsOf } from "./base-commit.ts";
import type { BasePlace } from "./base-place.ts";
import { type ExecutionOptions, executePlan, knownEvidence, plannedJobs } from "./execution.ts";
import type { Inputs } from "./inputs.ts";
import type { FactsAtHand } from "./license-facts.ts";
import { PINS, TOOLS } from "./pins.ts";
import type { Screen } from "./screen.ts";
import type { FoundSnapshot } from "./snapshot.ts";
import { hasPastSecrets, type SameSecret, sameSecrets } from "./split-secrets.ts";
import type { World } from "./world.ts";

/** What the other cells are told of head's own run. */
export interface HeadRun {
  readonly inputs: Inputs;
  readonly planning: Planning;
  readonly evidence: ReadonlyMap<KindId, Evidence>;
  readonly snapshot: FoundSnapshot | null;
  readonly isolation: DecisionInput["isolation"];
  readonly only?: KindId | undefined;
  readonly runDir: string;
  readonly known: Known;
  readonly facts: FactsAtHand;
}

/** The other cells as inputs of a decision each, before anything is struck out of them; the secrets are in memory only. */
export interface SplitRun {
  readonly place: BasePlace;
  readonly newest: FoundSnapshot | null;
  readonly basePinned: DecisionInput;
  /** null without a newer snapshot, or where nothing depends on it; for a base of results there is nothing to run. */
  readonly baseNewest: DecisionInput | null;
  readonly headNewest: DecisionInput | null;
  readonly sameSecrets: readonly SameSecret[];
  readonly secrets: readonly Secret[];
}

/**
 * Runs what of the other three cells is not known yet: a step whose key another cell has already is not run again, and of the newest row
 * only what depends on advisories is asked. A base of earlier results runs nothing.
 * @throws GateError as a run
 */
export async function runSplit(
  head: HeadRun,
  place: BasePlace,
  newest: FoundSnapshot | null,
  options: ExecutionOptions,
  world: World,
  screen: Screen,
): Promise<SplitRun> {
  const ran = new Map([...head.evidence.values()].map((each) => [each.stepKey, each]));
  const secrets: Secret[] = [];
  const cell = async (name: string, root: string, snapshot: FoundSnapshot | null, only: KindId | undefined) => {
    screen.note(`comparing: ${name}`);
    const { input, found } = await runCell({ ...head, name, root, snapshot, only, ran }, options, world, screen);
    for (const each of input.evidence.values()) ran.set(each.stepKey, each);
    secrets.push(...found);
    return input;
  };
  const isAsked = newest !== null && (head.only === undefined || head.only === ADVISED);
  const basePinned =
    place.kind === "results"
      ? { ...place.input, policy: head.inputs.policy, waivers: null, known: factsOfBoth(place.input.known, head.known) }
      : await cell("base", place.root, head.snapshot, head.only);
  const headNewest = isAsked ? await cell("head-newest", head.inputs.root, newest, ADVISED) : null;
  const baseNewest =
    isAsked && place.kind !== "results" ? await cell("base-newest", place.root, newest, ADVISED) : null;
  const sides = [
    { root: head.inputs.root, inventory: head.planning.inventory, evidence: head.evidence },
    { root: place.kind === "results" ? null : place.root, ...basePinned },
  ] as const;
  const commits =
    place.kind === "ref" && hasPastSecrets(sides[0])
      ? await ancestorsOf(
          { root: head.inputs.root, commit: place.name, scratch: join(head.runDir, "base", "log") },
          world,
        )
      : new Set<string>();
  const same = sameSecrets(...sides, (commit) => commits.has(commit));
  return { place, newest, basePinned, baseNewest, headNewest, sameSecrets: same, secrets };
}

/** The inputs of a split's cells. */
export function inputsOf(run: SplitRun | null): DecisionInput[] {
  return run === null ? [] : [run.basePinned, run.baseNewest, run.headNewest].filter((input) => input !== null);
}

/** One tree by one snapshot. */
export interface CellRequest extends Pick<HeadRun, "inputs" | "isolation" | "runDir" | "facts"> {
  readonly name: string;
  readonly root: string;
  readonly snapshot: FoundSnapshot | null;
  readonly only: KindId | undefined;
  /** Evidence of steps that ran already, by their key. */
  readonly ran: ReadonlyMap<string, Evidence>;
}

/** Runs what of one cell is not known yet. @throws GateError as a run */
export async function runCell(
  { inputs: own, isolation, runDir: above, name, root, snapshot, only, ran, facts }: CellRequest,
  options: ExecutionOptions,
  world: World,
  screen: Screen,
): Promise<{ readonly input: DecisionInput; readonly found: readonly Secret[] }> {
  const inputs = { ...own, root };
  const planning = makePlan({
    ...inputs,
    policySha256: policyDigest(inputs.policy),
    pins: PINS,
    advisories: snapshot?.summary ?? null,
    only,
  });
  const known = { ...NOTHING_KNOWN, facts: await facts(root, planning.inventory) };
  const left = plannedJobs(planning).filter(({ stepKey }) => !ran.has(stepKey));
  const input = (evidence: ReadonlyMap<KindId, Evidence>): DecisionInput => ({
    ...planning,
    policy: inputs.policy,
    waivers: null,
    evidence,
    known,
    tools: TOOLS,
    isolation,
  });
  if (left.length === 0) return { input: input(knownEvidence(planning, ran, inputs)), found: [] };
  const runDir = join(above, "cells", name);
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const unseen = { ...options, observe: undefined };
  const beside = { advisories: snapshot?.dir, history: undefined, runDir, events: eventsOf(name, screen), known: ran };
  const { evidence, secrets } = await executePlan(planning, inputs, unseen, beside, world, screen);
  return { input: input(evidence), found: secrets };
}

/** Results of an earlier run can't be asked anew: what is known of an archive by now held then too. */
function factsOfBoth(base: Known, head: Known): Known {
  const now = new Set(head.facts.map(({ purl }) => purl));
  return { ...NOTHING_KNOWN, facts: [...base.facts.filter(({ purl }) => !now.has(purl)), ...head.facts] };
}

function eventsOf(cell: string, screen: Screen): StepEvents {
  return {
    started: (id) => screen.started(`${cell}: ${id}`),
    ended: (id, { status, killedBy, signal }) =>
      screen.ended(`${cell}: ${id}`, status === null ? `ended by ${killedBy ?? signal}` : "done"),
  };
}
