import type { Finding } from "../../schemas/finding.ts";
import type { WaiverProblem as AnyProblem, Policy } from "../../schemas/policy.ts";
import type { Waiver } from "../../schemas/waivers.ts";
import { findingId } from "../findings/finding-id.ts";
import { isAbout, isWithin, type Waivable } from "./covers.ts";
import { dateOf, daysBetween } from "./days.ts";

/** A clarification has no entry in a waiver file. */
type WaiverProblem = Exclude<AnyProblem, "dead-clarification">;

/** Everything that waivers are held against. */
export interface WaiverInput {
  readonly waivers: readonly Waiver[];
  readonly things: readonly Waivable[];
  /** Content digest of each file, by path. */
  readonly digests: ReadonlyMap<string, string>;
  readonly asOf: string;
  readonly terms: Policy["waivers"];
}

/** What waivers come to: which of them answers for a thing (by its id), and what is wrong with the others. */
export interface Answers {
  readonly by: ReadonlyMap<string, Waiver>;
  readonly findings: readonly Finding[];
  /** For each waiver, in order: what is wrong with it, and the ids of the things that it covers. */
  readonly states: readonly WaiverState[];
}

/** One waiver at a date. `problem` is absent while it counts and has time left. */
export interface WaiverState {
  readonly waiver: Waiver;
  readonly problem?: WaiverProblem;
  readonly covers: readonly string[];
}

/** Holds waivers against what was found, on the UTC date of the as-of instant: a waiver counts from its first to its last day, both included. */
export function judgeWaivers({ waivers, things, digests, asOf, terms }: WaiverInput): Answers {
  const date = dateOf(asOf);
  const by = new Map<string, Waiver>();
  const states = waivers.map((waiver): WaiverState => {
    const named = things.filter((thing) => isAbout(waiver, thing));
    const matched = named.filter((thing) => isWithin(waiver, thing, digests)).map(({ id }) => id);
    if (date < waiver.created) return { waiver, problem: "not-yet", covers: [] };
    if (date > waiver.expires) return { waiver, problem: "expired", covers: [] };
    if (matched.length === 0) return { waiver, problem: named.length > 0 ? "misplaced" : "unused", covers: [] };
    const fresh = matched.filter((id) => !by.has(id));
    if (fresh.length === 0) return { waiver, problem: "duplicate", covers: [] };
    for (const id of fresh) by.set(id, waiver);
    const isEnding = daysBetween(date, waiver.expires) <= terms.warnDays;
    return { waiver, ...(isEnding ? { problem: "expiring" as const } : {}), covers: fresh };
  });
  const findings = states.flatMap((state, index) => problemFinding(state, index, date) ?? []);
  return { by, findings, states };
}

/**
 * The same of waivers that VEX documents state: nobody here can take one out, so one that covers nothing is `unmatched`, and one that says what
 * is said already is no matter. What own waivers cover stays theirs.
 */
export function judgeVex(input: WaiverInput, own: Answers): Answers {
  const left = input.things.filter(({ id }) => !own.by.has(id));
  const states = judgeWaivers(input).states.map(({ problem, ...state }): WaiverState => {
    if (problem === "duplicate") return state;
    const isLost = problem === "unused" || problem === "misplaced";
    return problem === undefined ? state : { ...state, problem: isLost ? "unmatched" : problem };
  });
  const { by } = judgeWaivers({ ...input, things: left });
  const findings = states.flatMap((state, index) => problemFinding(state, index, dateOf(input.asOf)) ?? []);
  return { by: new Map([...own.by, ...by]), findings: [...own.findings, ...findings], states: own.states };
}

/** `CVE-2021-23337 in pkg:npm/lodash@4.17.20`: what a waiver is about, for people. */
export function subjectOf({ what, where = {} }: Waiver): string {
  const subject = what.finding ?? what.vulnerability ?? what.license ?? what.gap ?? what.rule ?? "";
  const { purl, versions, path } = where;
  const place = [purl, versions, path].filter((part) => part !== undefined).join(" ");
  return place === "" ? subject : `${subject} in ${place}`;
}

function problemFinding({ waiver, problem }: WaiverState, index: number, date: string): Finding | undefined {
  if (problem === undefined) return undefined;
  const subject = subjectOf(waiver);
  const words = WORDS[problem];
  return {
    id: findingId("waiver", problem, subject, waiver.created, String(index)),
    kind: "policy",
    class: "waiver",
    rule: `waiver.${problem}`,
    ruleId: `waiver.${problem}`,
    severity: problem === "expiring" ? "low" : "medium",
    title: `waiver for ${subject} (${waiver.owner}): ${words.title(waiver, date)}`,
    locations: [],
    next: words.next,
  };
}

interface Words {
  readonly title: (waiver: Waiver, date: string) => string;
  readonly next: string;
}

const WORDS: Readonly<Record<WaiverProblem, Words>> = {
  expired: {
    title: ({ expires }) => `has expired on ${expires}`,
    next: "mend what it was for, or have it approved again with a new date",
  },
  expiring: {
    title: ({ expires }, date) => `expires on ${expires}, in ${daysBetween(date, expires)} days`,
    next: "mend what it is for before that day",
  },
  "not-yet": {
    title: ({ created }, date) => `counts from ${created}, and the as-of date is ${date}`,
    next: "name the date of the decision with --as-of, or commit the waiver: the as-of date is the commit's",
  },
  unused: {
    title: () => "covers nothing: what it speaks of was not found",
    next: "take it out: supply-gate waivers prune",
  },
  misplaced: {
    title: () => "covers nothing: what it speaks of was found in other places or versions",
    next: "look at the places of the finding again, and say them in where",
  },
  unmatched: {
    title: () => "speaks of nothing that was found",
    next: "ask its author, or take the document out of the policy's vex",
  },
  duplicate: {
    title: () => "covers nothing that an earlier waiver does not cover",
    next: "take one of them out: supply-gate waivers prune",
  },
};
