import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ERROR_CODES, GateError } from "../../schemas/error.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import { recordsIn } from "../advisories/held-records.ts";
import { collectEvidence, type StepFiles } from "../decide/collect.ts";
import { type Decision, type DecisionInput, decide } from "../decide/decide.ts";
import type { Left } from "../kinds/attack.ts";
import type { Outcome } from "./case.ts";
import { lostIn } from "./lost.ts";
import { evidenceWith, type RecordedStep, type Recording } from "./recording.ts";

/** A recorded run that can be decided again and again, each time with something changed. */
export interface Replay {
  readonly recording: Recording;
  /** The input and the decision of the untouched run. */
  readonly input: DecisionInput;
  readonly untouched: Decision;
  /** What a step leaves, collected as after a run. */
  collect(step: RecordedStep, left: Left, pins?: Recording["pins"]): Evidence;
  /** The decision with other evidence of one step. */
  attackStep(step: RecordedStep, left: Left): Outcome;
}

/** Opens a recording: from here on every decision goes the way of a run, from the files that the steps left. */
export function openReplay(recording: Recording): Replay {
  const advisory = recording.advisories === undefined ? undefined : recordsIn(recording.advisories);
  const collect: Replay["collect"] = (step, left, pins = recording.pins) => collectLeft(step, left, pins, advisory);
  const evidence = new Map(recording.steps.map((step) => [step.job.kind, collect(step, step.left)]));
  const input = { ...recording.input, evidence: evidenceWith(recording, evidence) };
  const untouched = decide(input);
  return {
    recording,
    input,
    untouched,
    collect,
    attackStep(step, left) {
      return outcomeOf(untouched, () => {
        const changed = collect(step, left);
        const { kind } = step.job;
        const same = JSON.stringify(changed) === JSON.stringify(evidence.get(kind));
        return { decision: decide({ ...input, evidence: new Map([...input.evidence, [kind, changed]]) }), same };
      });
    },
  };
}

/** How a decision ended, against the untouched one; an error is an end too. */
export function outcomeOf(untouched: Decision, act: () => { decision: Decision; same?: boolean }): Outcome {
  try {
    const { decision, same = false } = act();
    return decided(untouched, decision, same);
  } catch (error) {
    return failed(error);
  }
}

/** The end of a decision that was made. */
export function decided(untouched: Decision, decision: Decision, same: boolean): Outcome {
  const { verdict, exitCode, incomplete } = decision.verdict;
  const known = new Set(untouched.verdict.incomplete.map((problem) => JSON.stringify(problem)));
  const fresh = incomplete.filter((problem) => !known.has(JSON.stringify(problem))).map(({ code }) => code);
  const as = verdict === untouched.verdict.verdict ? `${verdict} as untouched` : verdict;
  const noticed = fresh.length > 0 ? [...new Set(fresh)].sort().join(", ") : as;
  return { status: exitCode, noticed, lost: lostIn(untouched, decision), same };
}

const BUG = 70;

/** The end of a run that an error ended. */
export function failed(error: unknown): Outcome {
  if (error instanceof GateError)
    return { status: ERROR_CODES[error.code], noticed: error.code, lost: [], same: false };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: BUG, noticed: `a bug of ours: ${message}`, lost: [], same: false };
}

function collectLeft(
  { job, scanRoot }: RecordedStep,
  left: Left,
  pins: Recording["pins"],
  advisory: StepFiles["advisory"],
): Evidence {
  const logDir = mkdtempSync(join(tmpdir(), "supply-gate-sabotage-"));
  const outDir = join(logDir, "out");
  try {
    mkdirSync(outDir);
    for (const [name, text] of Object.entries(left)) {
      mkdirSync(dirname(join(logDir, name)), { recursive: true });
      writeFileSync(join(logDir, name), text);
    }
    return collectEvidence(job, { logDir, outDir, scanRoot, advisory }, pins);
  } finally {
    rmSync(logDir, { recursive: true, force: true });
  }
}
