import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordStandings, standings } from "../../pipeline/cli/conformance-record.ts";
import { thisWorld, type World } from "../../pipeline/cli/world.ts";
import type { CaseResult } from "../../pipeline/conformance/check-engine.ts";
import { verifyRecorder } from "../../pipeline/protocol/recorder/verify.ts";
import { ConformanceRecord } from "../../schemas/conformance.ts";
import { gate } from "../support/gate.ts";
import { makeTree } from "../support/tree.ts";
import { HOST_ARGS, registerProject, TREE_ARGS } from "./register-project.ts";

const ENGINE = "engine.supply_chain.register";

function worldWith(cacheRoot: string): World {
  const now = (): Date => new Date("2026-01-02T03:04:05.000Z");
  return { ...thisWorld(new AbortController().signal, false), cacheRoot, now };
}

function ended(engine: string, name: string, found: string | null): CaseResult {
  return { engine, case: name, sort: "golden", expected: "this", found };
}

function recordIn(cache: string): ConformanceRecord {
  return ConformanceRecord.parse(JSON.parse(readFileSync(join(cache, "conformance.json"), "utf8")));
}

/** A cache in which the engine that needs no tool has really been tested. */
const tested = (async () => {
  const cache = makeTree({});
  const args = ["conformance", "--engine-id", ENGINE, "--json", "--quiet", ...HOST_ARGS];
  return { cache, ...(await gate(args, { cwd: makeTree({}), env: { SUPPLY_GATE_CACHE: cache } })) };
})();

/** A cache with that record after a change. */
async function cacheWith(change: (engine: ConformanceRecord["engines"][string]) => object): Promise<string> {
  const record = recordIn((await tested).cache);
  const engine = record.engines[ENGINE];
  if (engine === undefined) throw new Error("was not tested");
  return makeTree({
    "conformance.json": JSON.stringify({ ...record, engines: { [ENGINE]: { ...engine, ...change(engine) } } }),
  });
}

async function run(cache: string, cwd = registerProject()) {
  const args = ["run", ".", "--only", "oss_register_audit", "--quiet", ...TREE_ARGS, ...HOST_ARGS];
  const { status, stderr } = await gate(args, { cwd, env: { SUPPLY_GATE_CACHE: cache } });
  const read = (path: string) => JSON.parse(readFileSync(join(cwd, "out", path), "utf8"));
  return { status, stderr, cwd, read };
}

describe("supply-gate conformance", () => {
  it("H-01 H-04: tests an engine on the way that runs take, and writes down how it ended", async () => {
    const { status, stdout, cache } = await tested;
    const results = JSON.parse(stdout) as CaseResult[];
    expect(status).toBe(0);
    expect(results.filter(({ found }) => found !== null)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(12);
    const { engines } = recordIn(cache);
    expect(engines).toEqual({ [ENGINE]: { ...engines[ENGINE], cases: results.length, failed: [] } });
  });

  it("refuses an engine that the registry does not have", async () => {
    const cache = makeTree({});
    const args = ["conformance", "--engine-id", "engine.made.up"];
    const { status, stderr } = await gate(args, { cwd: cache, env: { SUPPLY_GATE_CACHE: cache } });
    expect(status).toBe(2);
    expect(stderr).toContain('USAGE_INVALID: --engine-id: found "engine.made.up"');
    expect(existsSync(join(cache, "conformance.json"))).toBe(false);
  });
});

describe("a run", () => {
  it.each<[string, object, string]>([
    ["has passed", {}, "passed"],
    ["failed as another program", { of: "0".repeat(64), failed: ["golden-clean"] }, "untested"],
  ])("A-25 H-01: calls an engine that %s", async (_what, change, standing) => {
    const { status, read } = await run(await cacheWith(() => change));
    expect(status).toBe(0);
    expect(read("run/run.json").conformance).toEqual({ [ENGINE]: standing });
  });

  it("A-25 C-16 H-01: does not call an engine that failed a case, ends INCOMPLETE and names the case", async () => {
    const { status, cwd, read } = await run(await cacheWith(() => ({ failed: ["golden-clean", "budget-missing"] })));
    expect(status).toBe(3);
    const { verdict, incomplete } = read("verdict.json");
    const message = `${ENGINE}: is not called, it did not pass conformance (golden-clean, budget-missing)`;
    expect(verdict).toBe("INCOMPLETE");
    expect(incomplete).toMatchObject([{ kind: "oss_register_audit", code: "tool-unavailable", message }]);
    expect(read("run/run.json").conformance).toEqual({ [ENGINE]: "failed" });
    expect(read("results/oss_register_audit.json")).toMatchObject({ status: "failed", reason: "tool_error" });
    expect(read("reports/oss_register_audit.json").findings).toMatchObject({
      state: "incomplete",
      coverage: null,
      items: [],
    });
    const { state, events } = verifyRecorder(readFileSync(join(cwd, "out/run/flight-recorder.jsonl")));
    const calls = events.flatMap((event) => (event.type === "tool_call" ? [event.ok] : []));
    expect([state, calls]).toEqual(["complete", [false]]);
  });

  it.each([
    ["no JSON", "{"],
    ["another form", '{"schemaVersion":"supply-gate/conformance-2","engines":{}}'],
  ])("H-01: trusts no engine when the record is %s", async (_what, text) => {
    const { status, stderr, cwd } = await run(makeTree({ "conformance.json": text }));
    expect(status).toBe(3);
    expect(stderr).toMatch(/^supply-gate: DOCUMENT_INVALID: [^\n]*conformance\.json/);
    expect(existsSync(join(cwd, "out"))).toBe(false);
  });
});

describe("the record", () => {
  it("A-26: has how each engine ended last, and when; what is known of others stays", () => {
    const world = worldWith(join(makeTree({}), "not/there/yet"));
    expect(standings(world)("a")).toEqual({ state: "untested" });
    recordStandings([ended("a", "one", null), ended("a", "two", "that"), ended("b", "one", null)], world);
    recordStandings([ended("b", "one", "that"), ended("b", "two", "that")], world);
    expect(standings(world)("a")).toEqual({ state: "failed", failed: ["two"] });
    expect(standings(world)("b")).toEqual({ state: "failed", failed: ["one", "two"] });
    recordStandings([ended("a", "one", null)], world);
    expect(standings(world)("a")).toEqual({ state: "passed" });
    expect(standings(world)("toString")).toEqual({ state: "untested" });
    expect(recordIn(world.cacheRoot).engines["a"]).toMatchObject({ at: "2026-01-02T03:04:05.000Z", cases: 1 });
  });

  it("says where it could not be written", () => {
    const cache = join(makeTree({ file: "" }), "file");
    expect(() => recordStandings([ended("a", "one", null)], worldWith(cache))).toThrow(
      expect.objectContaining({ code: "STORAGE_FAILED" }),
    );
  });
});
