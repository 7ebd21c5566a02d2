import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { opIdOf } from "../../pipeline/protocol/op-id.ts";
import { verifyRecorder } from "../../pipeline/protocol/recorder/verify.ts";
import { Diagnostic } from "../../schemas/protocol/diagnostic.ts";
import { EngineResult } from "../../schemas/protocol/engine-result.ts";
import { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import { gate } from "../support/gate.ts";
import { makeTree } from "../support/tree.ts";
import { artifacts } from "./artifacts.ts";
import { HOST_ARGS, registerProject, TREE_ARGS } from "./register-project.ts";

type Kind = "oss_register_audit" | "secret_scan";

/** What the gate plans for a tree. */
async function planned(cwd: string, kind: Kind, ...args: string[]): Promise<PlannedOperation> {
  const { stdout } = await gate(["plan", ".", "--only", kind, ...TREE_ARGS, ...args], { cwd });
  const { jobs } = JSON.parse(stdout) as { jobs: { operation?: unknown }[] };
  return PlannedOperation.parse(jobs.find(({ operation }) => operation !== undefined)?.operation);
}

const started = (async () => {
  const cwd = registerProject();
  return {
    cwd,
    operations: {
      oss_register_audit: await planned(cwd, "oss_register_audit"),
      secret_scan: await planned(cwd, "secret_scan"),
    },
  };
})();

/** Asks for an operation, with temporary files and a cache of its own. */
async function execute(cwd: string, operation: unknown, ...more: string[]) {
  const [temporary, cache, results] = [makeTree({}), makeTree({}), makeTree({})];
  writeFileSync(join(results, "operation.json"), JSON.stringify(operation));
  const args = ["execute", join(results, "operation.json"), ".", ...TREE_ARGS, ...HOST_ARGS, "--quiet", ...more];
  const ended = await gate(args, { cwd, env: { TMPDIR: temporary, SUPPLY_GATE_CACHE: cache } });
  return { ...ended, out: join(cwd, "out"), left: [...readdirSync(temporary), ...readdirSync(cache)] };
}

type Change = (operation: PlannedOperation) => Partial<PlannedOperation>;

/** Something else, with the id that it has then. */
function changed(operation: PlannedOperation, change: Change): PlannedOperation {
  const { op_id: _, ...content } = { ...operation, ...change(operation) };
  return { ...content, op_id: opIdOf(content) };
}

const NOTHING = "0".repeat(64);

const CASES: [string, Kind, Change, string[]][] = [
  [
    "another engine",
    "secret_scan",
    () => ({ engine_id: "engine.supply_chain.sbom" }),
    ["GATE_SCHEMA_OPERATION_UNKNOWN", "GATE_CAP_NOT_GRANTED", "GATE_CAP_NOT_GRANTED", "GATE_CAP_NOT_GRANTED"],
  ],
  [
    "an engine that nobody has",
    "oss_register_audit",
    () => ({ engine_id: "engine.made.up" }),
    ["GATE_SCHEMA_ENGINE_UNKNOWN", "GATE_CAP_NOT_GRANTED", "GATE_CAP_NOT_GRANTED"],
  ],
  ["a later engine", "secret_scan", () => ({ engine_version_req: ">=99.0.0" }), ["GATE_SCHEMA_ENGINE_VERSION"]],
  [
    "the network",
    "secret_scan",
    ({ capabilities_requested: has }) => ({ capabilities_requested: [...has, "net.http"] }),
    ["GATE_CAP_NOT_GRANTED"],
  ],
  [
    "an unknown capability",
    "secret_scan",
    ({ capabilities_requested: has }) => ({ capabilities_requested: [...has, "fs.own:all"] }),
    ["HSK-4001"],
  ],
  [
    "no leave to start its tool",
    "secret_scan",
    () => ({ capabilities_requested: ["fs.read:inputs", "fs.write:artifacts"] }),
    ["GATE_CAP_NOT_REQUESTED"],
  ],
  [
    "a budget of another step",
    "secret_scan",
    ({ budget }) => ({ budget: { ...budget, wall_time_ms: 1 } }),
    ["GATE_BUDGET_STEP"],
  ],
  [
    "more memory than there may be",
    "oss_register_audit",
    ({ budget }) => ({ budget: { ...budget, memory_bytes: 2 ** 50 } }),
    ["GATE_BUDGET_OVER_MAXIMUM"],
  ],
  ["more determinism than the engine has", "secret_scan", () => ({ determinism: "D3" }), ["GATE_DET_CEILING"]],
  [
    "another tree",
    "secret_scan",
    ({ inputs }) => ({
      inputs: inputs.map((each) => ({ ...each, content_hash: NOTHING, uri: `artifact://sha256/${NOTHING}` })),
    }),
    ["GATE_INTEGRITY_HASH", "GATE_PROVENANCE_UNDECLARED_INPUT"],
  ],
  ["another step", "secret_scan", () => ({ params: { step_key: NOTHING } }), ["GATE_INTEGRITY_OTHER_STEP"]],
  [
    "two wrong things",
    "oss_register_audit",
    () => ({ determinism: "D3", engine_version_req: "<1" }),
    ["GATE_SCHEMA_ENGINE_VERSION", "GATE_DET_CEILING"],
  ],
];

/** Expects a denial with these codes, in result, diagnostics and recorder, and nothing else done. */
function expectDenied(
  { status, stdout, out, left }: Awaited<ReturnType<typeof execute>>,
  opId: string,
  codes: string[],
) {
  const result = EngineResult.parse(JSON.parse(stdout));
  expect({ status, left }).toEqual({ status: 2, left: [] });
  expect(result).toMatchObject({ op_id: opId, status: "denied", reason: "gate_denied", outputs: [], evidence: [] });
  expect(result.provenance.capabilities_granted).toEqual([]);
  expect(result.errors.map(({ code }) => code)).toEqual(codes);
  const diagnostics = readFileSync(join(out, "diagnostics.jsonl"), "utf8").trimEnd().split("\n");
  const told = diagnostics.map((line) => Diagnostic.parse(JSON.parse(line)));
  expect(told.map(({ code }) => code).sort()).toEqual(codes.toSorted());
  for (const { title, job_id, link_confidence } of told)
    expect([title.slice(0, 17), job_id, link_confidence]).toEqual(["MEX gate denied: ", opId, "direct"]);
  const { state, events } = verifyRecorder(readFileSync(join(out, "run/flight-recorder.jsonl")));
  const outcomes = events.flatMap((event) => (event.type === "system" ? [event] : []));
  const denials = outcomes.flatMap((event) =>
    event.message === "gate_outcome" && event.outcome === "denied" ? [[event.code, event.diagnostic_id]] : [],
  );
  expect([state, denials.map(([code]) => code)]).toEqual(["complete", codes]);
  expect(denials.map(([, id]) => id).sort()).toEqual(told.map(({ id }) => id).sort());
  // No span, no process, no call, and of no operation that it ended.
  expect([...new Set(events.map(({ type }) => type))].sort()).toEqual(TOLD);
  expect(outcomes.filter(({ message }) => message !== "gate_outcome")).toEqual([]);
}

const TOLD = ["capability_action", "diagnostic", "run_ended", "run_started", "system"];

describe("supply-gate execute", () => {
  it.each(CASES)("B-20 C-03 C-10 C-11: denies %s, starts nothing and tells it", async (_what, kind, change, codes) => {
    const { cwd, operations } = await started;
    const operation = changed(operations[kind], change);
    expectDenied(await execute(cwd, operation), operation.op_id, codes);
  });

  it("C-10 K-30: denies an operation of which a word was changed under its old name", async () => {
    const { cwd, operations } = await started;
    const operation = { ...operations.secret_scan, human_consent_obtained: true };
    const codes = ["GATE_SCHEMA_OP_ID", "GATE_CAP_FALSE_CONSENT"];
    expectDenied(await execute(cwd, operation), operation.op_id, codes);
  });

  it.each<[string, (operation: PlannedOperation) => unknown]>([
    ["an unknown field", (operation) => ({ ...operation, surprise: true })],
    ["a field too few", ({ budget: _, ...operation }) => operation],
    ["another version", (operation) => ({ ...operation, schema_version: "poe-2.0" })],
    ["no operation", () => []],
  ])("B-02 C-17: takes no envelope with %s, and leaves nothing", async (_what, made) => {
    const { operations } = await started;
    const cwd = registerProject();
    const ended = await execute(cwd, made(operations.oss_register_audit));
    expect(ended).toMatchObject({ status: 2, stdout: "", left: [] });
    expect(ended.stderr).toMatch(/^supply-gate: USAGE_INVALID: VAL-HTC-001: [^\n]*\n$/);
    expect(existsSync(ended.out)).toBe(false);
  });

  it.each<[string, Partial<PlannedOperation>, string]>([
    ["that no engine has", { operation: "made_up" }, "GATE_SCHEMA_OPERATION_UNKNOWN"],
    ["that this tree gives no rise to", { operation: "vuln_scan" }, "vuln_scan: there is nothing to do here"],
  ])("A-09 C-03: starts nothing for an operation %s", async (_what, other, text) => {
    const { cwd, operations } = await started;
    const { status, stdout, stderr, left } = await execute(
      cwd,
      changed(operations.secret_scan, () => other),
    );
    expect({ status, stdout, left }).toEqual({ status: 2, stdout: "", left: [] });
    expect(stderr).toContain(text);
  });

  it.each([
    ["A-09 B-20: carries out what a tree needs no tool for", true, 0, "succeeded", null, []],
    ["B-20 G-15: fails what the policy blocks", false, 1, "failed", "policy_block", ["SUPPLY_CHAIN_REGISTER_BLOCK"]],
  ] as const)("%s", async (_what, hasRow, status, word, reason, codes) => {
    const cwd = registerProject(hasRow);
    const operation = await planned(cwd, "oss_register_audit", "--mode", "release");
    const ended = await execute(cwd, operation, "--mode", "release");
    const result = EngineResult.parse(JSON.parse(ended.stdout));
    expect({ status: ended.status, left: ended.left }).toEqual({ status, left: [] });
    expect(result).toMatchObject({ op_id: operation.op_id, status: word, reason });
    expect(result.errors.map(({ code }) => code)).toEqual(codes);
    expect(result.provenance.capabilities_granted).toEqual(operation.capabilities_requested.toSorted());
    expect([result.outputs.length, result.evidence.length]).toEqual([1, 1]);
    expect(JSON.parse(readFileSync(join(ended.out, "results/oss_register_audit.json"), "utf8"))).toEqual(result);
    expect(artifacts("verify", ended.out)).toMatchObject({ status: 0 });
  });

  it("J-64: keeps no store among the results, which the next run takes away", async () => {
    const { cwd, operations } = await started;
    const ended = await execute(
      cwd,
      operations.oss_register_audit,
      "--out",
      "../results",
      "--store",
      "../results/store",
    );
    expect(ended).toMatchObject({ status: 2, stdout: "" });
    expect(ended.stderr).toContain("OUTPUT_INVALID: ../results/store: found a store among the results");
  });

  it.each(["store", "a/b/store", "."])("J-64: keeps no store in the source (%s)", async (store) => {
    const { cwd, operations } = await started;
    const ended = await execute(cwd, operations.oss_register_audit, "--store", store);
    expect(ended).toMatchObject({ status: 2, stdout: "", left: [] });
    expect(ended.stderr).toContain(`OUTPUT_INVALID: ${store}: found a store in the source, expected one outside`);
    expect(
      readdirSync(cwd)
        .filter((name) => name !== "out")
        .sort(),
    ).toEqual(["a.ts", "package-lock.json"]);
  });
});
