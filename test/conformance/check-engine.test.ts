import { describe, expect, it } from "vitest";
import type { Adapter } from "../../pipeline/conformance/adapter.ts";
import { GOLDEN } from "../../pipeline/conformance/golden.ts";
import { REJECT } from "../../pipeline/conformance/reject.ts";
import { RESULT } from "../../pipeline/conformance/result.ts";
import { judgeAfter, judgeBefore } from "../../pipeline/protocol/gates/judge.ts";
import { REGISTRY } from "../../pipeline/protocol/registry/bundled.ts";
import { GateId } from "../../schemas/protocol/gate-decision.ts";
import { failedBy, RAN, SOUND, tried } from "./made.ts";

const ENGINES = Object.values(REGISTRY.engines);

/** Judges as it should, but for one code that it does not know. */
function blindTo(code: string): Adapter {
  const without = <T extends { readonly denials: readonly { readonly code: string }[] }>(judged: T): T => ({
    ...judged,
    denials: judged.denials.filter((each) => each.code !== code),
  });
  return {
    ...SOUND,
    judge: (asked) => without(judgeBefore(asked)),
    after: (left) => without(judgeAfter(left)),
  };
}

const named = (vectors: Readonly<Record<string, { readonly gate: string; readonly code: string }>>) =>
  Object.entries(vectors).map(([name, { gate, code }]) => [name, gate, code] as const);

describe("an engine that is put through its cases", () => {
  it("H-01 H-04: conforms when each ends as expected; there are 12 or more", async () => {
    const results = await tried(SOUND);
    expect(results.filter(({ found }) => found !== null)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(12);
    expect(new Set(results.map(({ case: name }) => name)).size).toBe(results.length);
  });

  it.each(named(REJECT))("H-04 H-08: fails exactly %s when it does not know %s %s", async (name, _gate, code) => {
    expect(await failedBy(blindTo(code))).toEqual([name]);
  });

  it.each(named(RESULT))("C-12 H-08: fails exactly %s when it does not know %s %s", async (name, _gate, code) => {
    expect(await failedBy(blindTo(code))).toEqual([name]);
  });

  it.each<[string, string[], Partial<Adapter>]>([
    ["H-06: starts what was denied", ["denied-runs-nothing"], { refuse: async () => RAN }],
    [
      "A-62 H-03: gives another report than is known",
      ["golden-clean", "replay"],
      { run: async (_kind, { verdict }) => ({ ...RAN, verdict, result: otherReport() }) },
    ],
    [
      "H-03: passes what the policy blocks",
      ["golden-high-by-vector-verdict"],
      { run: async () => ({ ...RAN, verdict: "PASSED" }) },
    ],
    [
      "H-09 B-24: leaves no evidence",
      ["evidence", "let-through", ...Object.keys(RESULT).filter((name) => name !== "result-without-evidence")],
      { run: async (_kind, { verdict }) => ({ ...RAN, verdict, result: withoutEvidence() }) },
    ],
    [
      "A-10: leaves what is no artifact",
      ["artifacts-only"],
      { run: async (_kind, { verdict }) => ({ ...RAN, verdict, stored: new Set() }) },
    ],
    [
      "B-30 H-09: can't be replayed from its evidence",
      ["replay"],
      { run: async (_kind, { verdict }) => ({ ...RAN, verdict, again: "0".repeat(64) }) },
    ],
  ])("%s: fails that case", async (_what, cases, broken) => {
    expect(await failedBy({ ...SOUND, ...broken })).toEqual(expect.arrayContaining(cases));
  });

  it("fails a case that the registry names and nobody knows", async () => {
    const results = await tried(SOUND, { reject: ["nobody-knows-it"], golden: ["nor-this"] });
    expect(results.filter(({ found }) => found !== null).map((each) => [each.case, each.found])).toEqual([
      ["nobody-knows-it", "none"],
      ["nor-this", "none"],
    ]);
  });
});

describe("the vectors", () => {
  it("H-04 H-10: are those that the registry names, no more and no fewer", () => {
    const rejected = new Set(ENGINES.flatMap(({ conformance }) => conformance.reject));
    expect([...rejected].sort()).toEqual(Object.keys(REJECT).sort());
    for (const { ops, conformance } of ENGINES)
      for (const { name } of ops)
        expect(GOLDEN[name as keyof typeof GOLDEN].map((each) => each.name)).toEqual(conformance.golden);
  });

  it("C-01: have one for each gate, before and after", () => {
    const gates = (vectors: typeof REJECT | typeof RESULT) =>
      [...new Set(Object.values(vectors).map(({ gate }) => gate))].sort();
    expect(gates(REJECT)).toEqual(GateId.options.toSorted());
    expect(gates(RESULT)).toEqual(GateId.options.toSorted());
  });

  it("H-02: are twelve or more for each engine, and there are three engines or more", () => {
    expect(ENGINES.length).toBeGreaterThanOrEqual(3);
    for (const { conformance } of ENGINES)
      expect(conformance.reject.length + conformance.golden.length).toBeGreaterThan(12);
  });
});

type Result = NonNullable<typeof RAN.result>;

function otherReport(): Result {
  const result = structuredClone((RAN.result as Result).result);
  for (const each of result.outputs) Object.assign(each, { content_hash: "1".repeat(64) });
  return { ...(RAN.result as Result), result };
}

function withoutEvidence(): Result {
  const whole = RAN.result as Result;
  return { ...whole, result: { ...whole.result, evidence: [] } };
}
