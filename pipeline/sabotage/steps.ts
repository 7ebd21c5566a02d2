import type { Attack, KindAttacks, Known, Left } from "../kinds/attack.ts";
import type { Case } from "./case.ts";
import { endAttacks } from "./general/ends.ts";
import { lateAttacks } from "./general/late.ts";
import { reportAttacks } from "./general/reports.ts";
import { shapeAttacks } from "./general/shapes.ts";
import { wordAttacks } from "./general/words.ts";
import { KIND_ATTACKS } from "./kinds.ts";
import type { RecordedStep } from "./recording.ts";
import type { Replay } from "./replay.ts";
import { sealedAgain } from "./seal.ts";

/**
 * Every attack on what the steps of a recorded run left: the kinds' own and those that fit all. One that changes nothing there is no case.
 * @param others further runs, whose reports are laid over this one's
 */
export function stepCases(replay: Replay, others: readonly Replay[]): Case[] {
  return replay.recording.steps.flatMap((step) => {
    const own = KIND_ATTACKS.find(({ kind }) => kind === step.job.kind);
    if (own === undefined) throw new Error(`${step.job.kind} has no attacks`);
    const foreign = foreignReports(step, [replay, ...others]);
    const attacks = [
      ...own.attacks,
      ...endAttacks(step.left),
      ...reportAttacks(step.left, foreign),
      ...shapeAttacks(step.left),
      ...wordAttacks(step.left, own.errorLines),
      ...lateAttacks(step.left),
    ];
    return attacks.flatMap((attack) => caseOf(attack, own, replay, step) ?? []);
  });
}

function caseOf(
  { group, name, change, late, unnoticed }: Attack,
  own: KindAttacks,
  replay: Replay,
  step: RecordedStep,
): Case | null {
  const changed = change(step.left);
  if (isSame(changed, step.left)) return null;
  const left = late ? changed : sealedAgain(changed, step.left);
  return {
    kind: step.job.kind,
    group,
    name,
    run: replay.recording.name,
    unnoticed: unnoticed ?? reasonFor(name, own.unnoticed),
    unread: reasonFor(name, own.unread),
    attack: () => replay.attackStep(step, left),
  };
}

function reasonFor(name: string, known: readonly Known[]): string | undefined {
  return known.find(({ attack }) => attack.test(name))?.reason;
}

function isSame(one: Left, other: Left): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}

/** Every report of every run but the very same text, by what it is called. */
function foreignReports(step: RecordedStep, replays: readonly Replay[]): Record<string, string> {
  const own = new Set(Object.values(step.left));
  return Object.fromEntries(
    replays.flatMap(({ recording }) =>
      recording.steps.flatMap(({ job, left }) =>
        Object.entries(left)
          .filter(([file, text]) => file.startsWith("out/") && !own.has(text))
          .map(([file, text]) => [`${job.kind}'s ${file} of ${recording.name}`, text]),
      ),
    ),
  );
}
