import { ToolPins } from "../../schemas/pins.ts";
import type { Policy } from "../../schemas/policy.ts";
import { readValue } from "../../schemas/read.ts";
import type { Waiver } from "../../schemas/waivers.ts";
import { type DecisionInput, decide } from "../decide/decide.ts";
import { readRegister } from "../kinds/oss_register_audit/register.ts";
import { readPolicy } from "../policy/read-policy.ts";
import { dayAfter } from "../waivers/days.ts";
import { readWaivers } from "../waivers/read-waivers.ts";
import type { Case, Outcome } from "./case.ts";
import { misspelt } from "./misspelt.ts";
import { evidenceWith } from "./recording.ts";
import { outcomeOf, type Replay } from "./replay.ts";

/** Every word of a policy, of waivers, of a register and of the pins misspelt: refused, or as strict as before. */
export function loaderCases(replay: Replay): Case[] {
  return [...policyCases(replay), ...waiverCases(replay), ...registerCases(replay), ...pinCases(replay)];
}

function caseAt(replay: Replay, group: string, name: string, attack: () => Outcome): Case {
  return { kind: "gate", group, name, run: replay.recording.name, attack };
}

function policyCases(replay: Replay): Case[] {
  const { name: _, rules, ...content } = replay.input.policy;
  const own = rules.map(({ at: _at, ...rule }) => rule);
  const { register } = content;
  const file = { schemaVersion: "supply-gate/policy-1", ...content, rules: own, register: register ?? undefined };
  return misspelt(file, FREE_TEXT).map(({ name, text }) =>
    caseAt(replay, "policy typo", name, () =>
      outcomeOf(replay.untouched, () => {
        const policy: Policy = { ...readPolicy(text, "policy"), name: replay.input.policy.name };
        return { decision: decide({ ...replay.input, policy }) };
      }),
    ),
  );
}

/** What a person writes freely: any text is as good as another. */
const FREE_TEXT = /\.(?:id|reason|owner|approver|path|register|licenses\.allow\[\]|licenses\.deny\[\])$/;

/** Waivers for all that holds the run up; each typo leaves something of it uncovered. */
function waiverCases(replay: Replay): Case[] {
  const { input, untouched } = replay;
  const ids = untouched.jobs.flatMap(({ findings, gaps }) => [
    ...findings.filter(({ effect }) => effect === "block").map(({ id }) => id),
    ...gaps.filter(({ effect }) => effect === "incomplete").map(({ id }) => id),
  ]);
  const waivers = ids.map(
    (finding): Waiver => ({
      what: { finding },
      reason: "made up to be attacked",
      owner: "sabotage",
      approver: "its author",
      created: input.plan.asOf.slice(0, 10),
      expires: dayAfter(input.plan.asOf.slice(0, 10), input.policy.waivers.maxDays),
    }),
  );
  if (waivers.length === 0) return [];
  const decided = (text: string) => decide({ ...input, waivers: readWaivers(text, "waivers", input.policy.waivers) });
  const file = (list: readonly Waiver[]) => ({ schemaVersion: "supply-gate/waivers-1", waivers: list });
  const base = decided(JSON.stringify(file(waivers)));
  const texts = [
    ...misspelt(file(waivers), FREE_TEXT),
    ...WAIVER_CHANGES.map(({ name, change }) => ({ name, text: JSON.stringify(file(waivers.map(change))) })),
    { name: "no waivers", text: JSON.stringify(file([])) },
    { name: "a waiver less", text: JSON.stringify(file(waivers.slice(1))) },
  ];
  return texts.map(({ name, text }) =>
    caseAt(replay, name.startsWith("expired") ? "clock moved" : "waiver typo", name, () =>
      outcomeOf(base, () => ({ decision: decided(text) })),
    ),
  );
}

const WAIVER_CHANGES: readonly { name: string; change: (waiver: Waiver) => Waiver }[] = [
  { name: "expired long ago", change: (waiver) => ({ ...waiver, created: "1969-12-30", expires: "1969-12-31" }) },
  { name: "expired before it was made", change: (waiver) => ({ ...waiver, expires: "1969-12-31" }) },
  { name: "for ever", change: (waiver) => ({ ...waiver, expires: "9999-12-31" }) },
  { name: "no day of the calendar", change: (waiver) => ({ ...waiver, expires: "9999-02-30" }) },
  { name: "a day without a month", change: (waiver) => ({ ...waiver, expires: "9999" }) },
  { name: "a reason of one word", change: (waiver) => ({ ...waiver, reason: "ok" }) },
  { name: "nobody's waiver", change: (waiver) => ({ ...waiver, owner: "" }) },
  { name: "nobody agreed", change: (waiver) => ({ ...waiver, approver: "" }) },
  { name: "another id", change: named((id) => id.replace(/.$/, otherDigit)) },
  { name: "an id in capitals", change: named((id) => id.toUpperCase()) },
  { name: "an id for all", change: named(() => "*") },
];

function named(change: (id: string) => string): (waiver: Waiver) => Waiver {
  return (waiver) => ({ ...waiver, what: { finding: change(waiver.what.finding ?? "") } });
}

function otherDigit(digit: string): string {
  return digit === "0" ? "1" : "0";
}

function registerCases(replay: Replay): Case[] {
  const { register } = replay.recording;
  if (register === null) return [];
  return misspelt(register, /\.(?!schemaVersion|upstream_ref|integration_mode_default)\w+(?:\[\])?$/).map(
    ({ name, text }) =>
      caseAt(replay, "register typo", name, () =>
        outcomeOf(replay.untouched, () => {
          const evidence = replay.input.evidence.get("oss_register_audit");
          if (evidence === undefined) throw new Error("a register without evidence");
          const changed = { ...evidence, report: readRegister(text, "register") };
          const all = new Map([...replay.input.evidence, [changed.kind, changed] as const]);
          return { decision: decide({ ...replay.input, evidence: all }) };
        }),
      ),
  );
}

/** The pins name the version that is asked for: another one, and every tool is another. */
function pinCases(replay: Replay): Case[] {
  const free =
    /\.(?:license|note|url|module|package|sum|tags\[\]|ldflags|minimumGo|sha256|member|requirements|pythons\[\]|platforms\[\]|executable|versionArgv\[\]|versionPattern|startArgv\[\]|version)$/;
  const tools = new Set(replay.recording.steps.map(({ job }) => job.step.tool));
  const asked = { ...replay.recording.pins, tools: pick(replay.recording.pins.tools, tools) };
  const typos = misspelt(asked, free).map(({ name, text }) => ({ name, pins: () => JSON.parse(text) }));
  const versions = Object.entries(asked.tools).map(([tool, pin]) => ({
    name: `another version of ${tool}`,
    pins: () => ({
      ...replay.recording.pins,
      tools: { ...replay.recording.pins.tools, [tool]: { ...pin, version: "0.0.1" } },
    }),
  }));
  return [...typos, ...versions].map(({ name, pins }) =>
    caseAt(replay, "pins edited", name, () =>
      outcomeOf(replay.untouched, () => ({
        decision: withPins(replay, readValue(ToolPins, pins(), "pins", "PIN_MISMATCH")),
      })),
    ),
  );
}

function pick<T>(all: Readonly<Record<string, T>>, names: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
}

function withPins({ recording, input, collect }: Replay, pins: ToolPins) {
  const collected = recording.steps.map((step) => [step.job.kind, collect(step, step.left, pins)] as const);
  const changed: DecisionInput = { ...input, evidence: evidenceWith(recording, new Map(collected)) };
  return decide(changed);
}
