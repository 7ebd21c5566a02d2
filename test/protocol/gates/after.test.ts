import { describe, expect, it } from "vitest";
import { engineResult } from "../../../pipeline/protocol/engine-result.ts";
import type { Measured } from "../../../pipeline/protocol/gates/gate.ts";
import { checkRuntime, GATES, judgeAfter } from "../../../pipeline/protocol/gates/judge.ts";
import { REGISTRY } from "../../../pipeline/protocol/registry/bundled.ts";
import { GateError } from "../../../schemas/error.ts";
import { EngineResult } from "../../../schemas/protocol/engine-result.ts";
import { GateId } from "../../../schemas/protocol/gate-decision.ts";
import { deniedAfter, ended, handle, jobOf, postOf, REPORT } from "./made.ts";

const RESULT = engineResult(ended());
const told = (change: object, more: Partial<Measured> = {}) => postOf({ ...RESULT, ...change }, more);
const provenance = (change: object) => told({ provenance: { ...RESULT.provenance, ...change } });
const LIMIT = { code: "limit-hit", message: "vuln_scan: ended by its wall limit" } as const;

describe("the result of a real operation", () => {
  it("C-12: passes all six gates, and each says so", () => {
    const { decisions, denials } = judgeAfter(postOf());
    expect(denials).toEqual([]);
    expect(decisions.map(({ gate, phase, outcome }) => `${gate} ${phase} ${outcome}`)).toEqual(
      GateId.options.map((gate) => `${gate} post pass`),
    );
  });

  it("C-12: passes as what it is when the policy blocks, when the tool failed, and when a limit was hit", () => {
    expect(deniedAfter(postOf(engineResult(ended({ blocking: ["CVE-1"] }))))).toEqual([]);
    const broken = { problems: [LIMIT], outputs: [], evidence: [] };
    const usage = { wallMs: 10 ** 9, cpuMs: 1, memoryBytes: 1 };
    expect(deniedAfter(postOf(engineResult(ended(broken)), { usage, stepKey: null, files: new Map() }))).toEqual([]);
  });

  it("a result that is none is denied by G-SCHEMA, whatever it is", () => {
    for (const result of [
      null,
      {},
      [],
      "ok",
      { ...RESULT, ok: true },
      { ...RESULT, errors: [{ code: "X_Y", message: "" }] },
    ]) {
      expect(deniedAfter({ ...postOf(), result })).toEqual(["G-SCHEMA GATE_SCHEMA_RESULT"]);
    }
  });
});

describe("G-SCHEMA", () => {
  it("J-40: denies a success or a block without a report", () => {
    for (const blocking of [[], ["CVE-1"]]) {
      const result = engineResult(ended({ blocking }));
      expect(deniedAfter(postOf(result, { report: undefined }))).toEqual(["G-SCHEMA GATE_SCHEMA_RESULT"]);
    }
  });

  it("denies a result that is nested without end, or no Unicode", () => {
    const deep = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`);
    for (const result of [deep, { ...RESULT, errors: ["\ud800"] }]) {
      expect(deniedAfter({ ...postOf(), result })).toEqual(["G-SCHEMA GATE_SCHEMA_RESULT"]);
    }
  });

  it.each<[string, object]>([
    ["another op_id", { op_id: jobOf("secret_scan").operation.op_id }],
    ["an output of a type that was not asked for", { outputs: [handle(JSON.stringify(REPORT), "file")] }],
    ["an output that no engine may give", { outputs: [handle(JSON.stringify(REPORT), "prompt_payload")] }],
    ["a success that has left nothing", { outputs: [] }],
  ])("J-74: denies %s", (_, change) => {
    const outputs = "outputs" in change ? { provenance: { ...RESULT.provenance, outputs: change.outputs } } : {};
    expect(deniedAfter(told({ ...change, ...outputs }))).toEqual(["G-SCHEMA GATE_SCHEMA_RESULT"]);
  });

  it.each([{ ...REPORT, kind: "License" }, { ...REPORT, timestamp: "now" }, { kind: "Vuln" }, null, {}])(
    "C-12: denies a report that does not fit the operation's output schema",
    (report) => {
      expect(deniedAfter(told({}, { report }))).toEqual(["G-SCHEMA GATE_SCHEMA_RESULT"]);
    },
  );
});

describe("G-CAP", () => {
  it("J-63: denies a result that names other capabilities than were granted", () => {
    for (const granted of [[], ["fs.read:inputs"], [...RESULT.provenance.capabilities_granted, "net.http"]]) {
      expect(deniedAfter(provenance({ capabilities_granted: granted }))).toEqual(["G-CAP GATE_CAP_FALSE_GRANT"]);
    }
  });
});

describe("G-INTEGRITY", () => {
  it("C-12 J-59: denies an output that was not stored, and one of another size", () => {
    const [report] = RESULT.outputs;
    const files = new Map(postOf().measured.files);
    files.set(report?.content_hash ?? "", 1);
    expect(deniedAfter(told({}, { files }))).toEqual(["G-INTEGRITY GATE_INTEGRITY_OUTPUT"]);
    files.delete(report?.content_hash ?? "");
    expect(deniedAfter(told({}, { files }))).toEqual(["G-INTEGRITY GATE_INTEGRITY_OUTPUT"]);
  });

  it("C-12: denies evidence of another step, and a success without any", () => {
    for (const stepKey of ["0".repeat(64), null]) {
      expect(deniedAfter(told({}, { stepKey }))).toEqual(["G-INTEGRITY GATE_INTEGRITY_OTHER_STEP"]);
    }
  });
});

describe("G-BUDGET", () => {
  const { budget } = jobOf("vuln_scan").operation;

  it.each([
    { wallMs: budget.wall_time_ms + 1 },
    { cpuMs: budget.cpu_time_ms + 1 },
    { memoryBytes: budget.memory_bytes + 1 },
  ])("C-07: denies %j used when nobody says that it is over", (more) => {
    const usage = { wallMs: budget.wall_time_ms, cpuMs: budget.cpu_time_ms, memoryBytes: budget.memory_bytes };
    expect(deniedAfter(told({}, { usage }))).toEqual([]);
    expect(deniedAfter(told({}, { usage: { ...usage, ...more } }))).toEqual(["G-BUDGET GATE_BUDGET_EXCEEDED"]);
  });

  it("J-50: counts what is stored, not what was printed", () => {
    const files = new Map([...postOf().measured.files, ["3".repeat(64), budget.output_bytes]]);
    expect(deniedAfter(told({}, { files }))).toEqual(["G-BUDGET GATE_BUDGET_EXCEEDED"]);
  });

  it("C-12: denies outputs larger than output_spec, and a process of which nobody knows what it used", () => {
    const input = postOf();
    const spec = { ...input.operation.output_spec, max_bytes: 1 };
    expect(deniedAfter({ ...input, operation: { ...input.operation, output_spec: spec } })).toEqual([
      "G-BUDGET GATE_BUDGET_EXCEEDED",
    ]);
    expect(deniedAfter(told({}, { usage: null }))).toEqual(["G-BUDGET GATE_BUDGET_NOT_MEASURED"]);
    expect(deniedAfter(told({}, { usage: null, started: false }))).toEqual([]);
  });
});

describe("G-PROVENANCE", () => {
  const FALSE = "G-PROVENANCE GATE_PROVENANCE_FALSE";
  const { implementation, environment } = RESULT.provenance;

  it.each<[string, object]>([
    ["engine_id", { engine_id: "engine.supply_chain.sbom" }],
    ["engine_version, such as the tool's banner (J-63)", { engine_version: "osv-scanner version: 2.4.0" }],
    ["config_hash (J-62)", { config_hash: "0".repeat(64) }],
    ["environment", { environment: { ...environment, isolation: "none" } }],
    ["advisory snapshot (J-21)", { environment: { ...environment, advisory_snapshot_id: null } }],
    ["outputs", { outputs: [] }],
  ])("B-22 J-74: denies another %s than was measured", (_, change) => {
    expect(deniedAfter(provenance(change))).toEqual([FALSE]);
  });

  it("J-63: denies inputs that are not those of the operation, and an operation that is not about what was read", () => {
    expect(deniedAfter(provenance({ inputs: [] }))).toEqual([FALSE, FALSE]);
    expect(deniedAfter(told({}, { reads: [handle("other", "file")] }))).toEqual([FALSE]);
  });

  it.each<[string, object]>([
    ["J-57 J-58: an unknown version", { version: null }],
    ["J-57: another version than the pin's", { version: "2.5.0" }],
    ["A-25: other bytes than the pin's", { digest: "0".repeat(64) }],
    ["A-63: another component", { component_id: "oss.other" }],
    ["A-25: another program", { name: "syft" }],
  ])("%s does not count, though it is what was measured", (_, change) => {
    const measured = { ...implementation, ...change };
    const result = engineResult(ended({ implementation: measured }));
    expect(deniedAfter(postOf(result, { implementation: measured }))).toEqual([FALSE]);
    const failed = engineResult(
      ended({ implementation: measured, problems: [{ code: "tool-version", message: "x" }] }),
    );
    expect(deniedAfter(postOf(failed, { implementation: measured }))).toEqual([]);
  });

  it("J-63: denies a version that is told and was not measured", () => {
    expect(deniedAfter(told({}, { implementation: { ...implementation, version: null } }))).toEqual([FALSE]);
  });
});

describe("G-DET", () => {
  it("J-74: denies another determinism than the operation's; the letter case is none", () => {
    expect(deniedAfter(provenance({ determinism: "D3" }))).toEqual(["G-DET GATE_DET_FALSE"]);
    expect(deniedAfter(provenance({ determinism: "d1" }))).toEqual([]);
  });

  it("B-24 B-30 J-66: denies a success or a block without evidence, with evidence of another kind, and with empty evidence", () => {
    const empty = handle("", "tool_output");
    for (const evidence of [[], [handle("words about an error", "file")], [empty]]) {
      const files = new Map([
        ...postOf().measured.files,
        ...evidence.map((each) => [each.content_hash, each.size_bytes] as const),
      ]);
      for (const blocking of [[], ["CVE-1"]]) {
        const result = engineResult(ended({ evidence, blocking }));
        expect(deniedAfter(postOf(result, { files }))).toEqual(["G-DET GATE_DET_EVIDENCE_MISSING"]);
      }
    }
  });
});

describe("checkRuntime", () => {
  it("J-75: takes all six gates", () => {
    expect(() => checkRuntime(REGISTRY)).not.toThrow();
    expect(GATES.map(({ id }) => id)).toEqual(GateId.options);
  });

  it.each(GateId.options)("J-75: refuses to start without %s", (id) => {
    const fewer = GATES.filter((gate) => gate.id !== id);
    expect(() => checkRuntime(REGISTRY, fewer)).toThrow(
      new GateError(
        "CONFIG_INVALID",
        `gates: found ${fewer.map((gate) => gate.id).join(", ")}, expected ${id} too, which engine.guard.secret_scan requires`,
        { next: "nothing was run; use a complete build of the gate" },
      ),
    );
  });

  it("J-75: refuses a gate that stands twice, and no gates", () => {
    expect(() => checkRuntime(REGISTRY, [...GATES, ...GATES.slice(0, 1)])).toThrow(/found G-SCHEMA twice/);
    expect(() => checkRuntime(REGISTRY, [])).toThrow(/found none, expected G-SCHEMA, G-CAP/);
  });
});

describe("engineResult", () => {
  it("B-20: of a success, a block, a failure, a denial before and one after, each with its own status and reason (K-08)", () => {
    const denial = {
      gate: "G-CAP",
      code: "HSK-4001",
      reason: "UnknownCapability",
      details: "x",
      severity: "error",
      op_id: RESULT.op_id,
    } as const;
    const cases = [
      ended(),
      ended({ blocking: ["CVE-1 in demo", "CVE-2 in demo"] }),
      ended({ problems: [LIMIT], blocking: ["CVE-1"] }),
      ended({ problems: [{ code: "exit-unexpected", message: "x" }] }),
      ended({ problems: [{ code: "canary-missing", message: "x" }] }),
      ended({ problems: [{ code: "coverage-gap", message: "x" }] }),
      ended({ problems: [{ code: "egress-not-blocked", message: "x" }] }),
      ended({ deniedAfter: [denial] }),
      ended({ deniedBefore: [denial] }),
    ].map(engineResult);
    expect(cases.every((each) => EngineResult.safeParse(each).success)).toBe(true);
    expect(
      cases.map(({ status, reason, errors }) => [status, reason, ...errors.map(({ code }) => code)].join(" ")),
    ).toEqual([
      "succeeded ",
      "failed policy_block SUPPLY_CHAIN_VULN_BLOCK SUPPLY_CHAIN_VULN_BLOCK",
      "failed budget_exceeded SUPPLY_CHAIN_VULN_BUDGET_EXCEEDED SUPPLY_CHAIN_VULN_BLOCK",
      "failed tool_error SUPPLY_CHAIN_VULN_TOOL_ERROR",
      "failed evidence_invalid SUPPLY_CHAIN_VULN_EVIDENCE_INVALID",
      "failed incomplete SUPPLY_CHAIN_VULN_INCOMPLETE",
      "failed not_isolated SUPPLY_CHAIN_VULN_NOT_ISOLATED",
      "failed gate_denied HSK-4001",
      "denied gate_denied HSK-4001",
    ]);
    expect(cases.at(-1)).toMatchObject({ outputs: [], evidence: [], provenance: { outputs: [] } });
    expect(cases.at(-1)?.errors).toEqual([{ code: "HSK-4001", message: "G-CAP: UnknownCapability: x" }]);
  });

  it("B-25: keeps words short and says how many more there are", () => {
    const blocking = Array.from({ length: 25 }, (_, index) => `${index}`);
    const { errors } = engineResult(ended({ problems: [{ code: "error-line", message: "x".repeat(3000) }], blocking }));
    expect(errors).toHaveLength(22);
    expect(errors[0]?.message).toBe(`${"x".repeat(1999)}…`);
    expect(errors.at(-1)?.message).toBe("and 5 more");
  });

  it("equal ends are equal bytes (K-30)", () => {
    expect(JSON.stringify(engineResult(ended()))).toBe(JSON.stringify(RESULT));
  });
});
