import type { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import { type Decision, type DecisionInput, decide } from "../decide/decide.ts";
import type { Scrubber } from "../leaks/scrub.ts";
import { rekeyed } from "../plan/rekey.ts";
import { policyDigest } from "../policy/read-policy.ts";
import { type Conclusion, conclude } from "../report/conclusion.ts";
import { PINS } from "./pins.ts";

/** Everything of a decision's input that comes from the tree, the caller or a tool, as one JSON value. */
export function valuesOf({ plan, inventory, lockfiles, broken, policy, waivers, known, evidence }: DecisionInput) {
  return { plan, inventory, lockfiles, broken, policy, waivers, known, evidence: [...evidence] };
}

/**
 * The decision about an input without the found secrets.
 * @throws GateError DOCUMENT_INVALID when it would be another one with them
 */
export function concludeWithout(found: DecisionInput, scrubber: Scrubber): Conclusion {
  const input = scrubbedInput(found, scrubber);
  if (input !== found) refuseOtherDecision(found, input);
  return conclude(input);
}

/** With the digests that go with it; the very same input when it holds no secret. */
export function scrubbedInput(input: DecisionInput, scrubber: Scrubber): DecisionInput {
  const values = valuesOf(input);
  const clean = scrubber.value(values);
  if (clean === values) return input;
  const policySha256 = policyDigest(clean.policy);
  const plan = rekeyed(clean.plan, { ...clean, policySha256, pins: PINS });
  return { ...input, ...clean, plan, evidence: new Map(rekeyedEvidence(input, plan, clean.evidence)) };
}

/** Evidence of the planned steps goes with their new keys; of any other step, it stays foreign. */
function rekeyedEvidence(
  before: DecisionInput,
  after: DecisionInput["plan"],
  evidence: readonly (readonly [KindId, Evidence])[],
): [KindId, Evidence][] {
  const keys = new Map<string, string>();
  for (const [index, job] of before.plan.jobs.entries()) {
    const now = after.jobs[index];
    if (now !== undefined && "stepKey" in job && "stepKey" in now) keys.set(job.stepKey, now.stepKey);
  }
  return evidence.map(([kind, entry]) => [kind, { ...entry, stepKey: keys.get(entry.stepKey) ?? entry.stepKey }]);
}

/**
 * Striking out a secret may change words, never findings, gaps, problems or states: a tree could call an important word a password.
 */
function refuseOtherDecision(before: DecisionInput, after: DecisionInput): void {
  // A waiver and what a base is compared by name ids, which are made of words.
  const [with_, without] = [before, after].map((input) =>
    substance(decide({ ...input, waivers: null, known: { ...input.known, cells: null } })),
  );
  if (with_ === without) return;
  throw new GateError(
    "DOCUMENT_INVALID",
    "a found secret is also a word that the decision depends on: found another decision without it, expected the same",
    { next: "remove the secret from the tree, then run again" },
  );
}

function substance({ verdict, jobs }: Decision): string {
  return JSON.stringify([
    verdict.verdict,
    jobs.map(({ kind, state, problems, findings, coverage, gaps, canaries }) => [
      kind,
      state,
      problems.map(({ code }) => code).sort(),
      findings.map(({ rule, severity, effect }) => `${rule} ${severity} ${effect}`).sort(),
      coverage?.parts.map(({ leftOut, ...part }) => [part, leftOut.map(({ reason, count }) => `${reason} ${count}`)]),
      gaps.map(({ code }) => code).sort(),
      canaries,
    ]),
  ]);
}
