import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMAND_LINE } from "../../../pipeline/protocol/capabilities/surface.ts";
import { judgeBefore } from "../../../pipeline/protocol/gates/judge.ts";
import { REGISTRY } from "../../../pipeline/protocol/registry/bundled.ts";
import type { KindId } from "../../../schemas/common.ts";
import { GateDecision, GateId } from "../../../schemas/protocol/gate-decision.ts";
import type { PlannedOperation } from "../../../schemas/protocol/planned-operation.ts";
import { denied, handle, jobOf, preOf, stepOf } from "./made.ts";

const SCANS: readonly KindId[] = ["secret_scan", "vuln_scan", "sbom_generate", "license_scan"];
const vuln = (change: Record<string, unknown>) => preOf("vuln_scan", (operation) => ({ ...operation, ...change }));
const without = (field: keyof PlannedOperation) => preOf("vuln_scan", ({ [field]: _, ...rest }) => rest);

describe("an operation of a real plan", () => {
  it.each(SCANS)("C-01 C-02: %s passes all six gates, and each says so", (kind) => {
    const { decisions, denials, capabilities, granted, op_id } = judgeBefore(preOf(kind));
    expect(denials).toEqual([]);
    expect(decisions.map(({ gate, phase, outcome }) => `${gate} ${phase} ${outcome}`)).toEqual(
      GateId.options.map((gate) => `${gate} pre pass`),
    );
    expect(decisions.every((each) => GateDecision.safeParse(each).success && each.op_id === op_id)).toBe(true);
    const tool = stepOf(kind).tool;
    expect(granted).toEqual(["fs.read:inputs", "fs.write:artifacts", `proc.exec:${tool}`]);
    expect(capabilities.map(({ decision_outcome: outcome }) => outcome)).toEqual(["allow", "allow", "allow"]);
  });

  it("C-01: an audit in our own process passes without a program to start", () => {
    const input = preOf("vuln_scan", (operation) => ({
      ...operation,
      engine_id: "engine.supply_chain.register",
      operation: "oss_register_audit",
      capabilities_requested: ["fs.read:inputs", "fs.write:artifacts"],
      budget: REGISTRY.engines["engine.supply_chain.register"]?.default_budget,
      output_spec: { expected_types: ["artifact.dataset"] },
    }));
    expect(denied({ ...input, step: null })).toEqual([]);
  });

  it("K-04: D1 and d1 are the same word", () => {
    expect(denied(vuln({ determinism: "d1" }))).toEqual([]);
  });
});

describe("G-SCHEMA", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["B-01: another schema version", { schema_version: "poe-2.0" }, "VAL-HTC-001"],
    ["C-17 J-71: an unknown field", { with_engine_id: "x" }, "VAL-HTC-001"],
    ["J-71: the nil id", { op_id: "00000000-0000-0000-0000-000000000000" }, "VAL-HTC-001"],
    ["J-71: an id of other content", { op_id: jobOf("secret_scan").operation.op_id }, "GATE_SCHEMA_OP_ID"],
    [
      "K-33 J-57: a version of the interface that there is not",
      { engine_version_req: ">=99" },
      "GATE_SCHEMA_ENGINE_VERSION",
    ],
    ["K-33: no range at all", { engine_version_req: "latest" }, "GATE_SCHEMA_ENGINE_VERSION"],
    ["an empty output_spec", { output_spec: { expected_types: [] } }, "VAL-HTC-001"],
    [
      "an output that the operation has not",
      { output_spec: { expected_types: ["artifact.file"] } },
      "GATE_SCHEMA_OUTPUT_TYPE",
    ],
  ])("denies %s, and no other gate does", (_, change, code) => {
    expect(denied(vuln(change))).toEqual([`G-SCHEMA ${code}`]);
  });

  it.each([{}, { step_key: 1 }, { step_key: "x" }, { step_key: "0".repeat(64), release_mode: "true" }])(
    "C-04 H-05 H-10 J-71: denies params %j by the operation's own schema",
    (params) => {
      expect(denied(vuln({ params }))).toEqual([
        "G-SCHEMA GATE_SCHEMA_PARAMS",
        "G-INTEGRITY GATE_INTEGRITY_OTHER_STEP",
      ]);
    },
  );

  it("J-05: says which word of params it does not know", () => {
    const params = { ...jobOf("vuln_scan").operation.params, allowlists: { version: "x" } };
    const [first] = judgeBefore(vuln({ params })).denials;
    expect(first).toMatchObject({ code: "GATE_SCHEMA_PARAMS", details: 'value: Unrecognized key: "allowlists"' });
  });

  it.each([
    ["engine", { engine_id: "engine.supply_chain.nobody" }, "GATE_SCHEMA_ENGINE_UNKNOWN"],
    ["engine of an object's own words", { engine_id: "constructor" }, "GATE_SCHEMA_ENGINE_UNKNOWN"],
    ["operation", { operation: "conformance_test" }, "GATE_SCHEMA_OPERATION_UNKNOWN"],
  ])(
    "A-20 J-73 J-76: an unknown %s is G-SCHEMA's, and nothing is granted to it; no name is told as a capability",
    (_, change, code) => {
      const { denials, capabilities } = judgeBefore(vuln(change));
      expect(denials.map((each) => each.code)).toEqual([code, ...Array(3).fill("GATE_CAP_NOT_GRANTED")]);
      expect(denials[0]?.capability_id).toBeUndefined();
      expect(capabilities.map((each) => `${each.capability_id} ${each.decision_outcome}`)).toEqual([
        "fs.read:inputs deny",
        "fs.write:artifacts deny",
        "proc.exec:osv-scanner deny",
      ]);
    },
  );

  it.each<{ operation: unknown }>([
    { operation: null },
    { operation: 1 },
    { operation: "x" },
    { operation: [] },
    { operation: {} },
    { operation: { op_id: "x" } },
    { operation: { toString: 1 } },
  ])("C-03 J-71: says no to %j under an id of its own", ({ operation }) => {
    const { denials, op_id } = judgeBefore({ ...preOf("vuln_scan"), operation });
    expect(denials.some(({ gate }) => gate === "G-SCHEMA")).toBe(true);
    expect(op_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(denials.every((each) => each.op_id === op_id)).toBe(true);
  });

  it("denies a nest that would exhaust the others", () => {
    const params = JSON.parse(`${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`);
    expect(denied({ ...preOf("vuln_scan"), operation: { params } })).toEqual(["G-SCHEMA VAL-HTC-001"]);
  });

  it.each(["\ud800", "x\udc00x"])("K-30 J-83: denies half of a character, of which there is no digest: %j", (half) => {
    const policy = { required: true, kinds: ["tool_output"], notes: half };
    for (const operation of [
      { ...jobOf("vuln_scan").operation, evidence_policy: policy },
      { [half]: 1 },
      [half],
      half,
    ]) {
      expect(denied({ ...preOf("vuln_scan"), operation })).toEqual(["G-SCHEMA VAL-HTC-001"]);
    }
  });

  it.each(["schema_version", "op_id", "engine_version_req", "params", "output_spec"] as const)(
    "B-02: denies an envelope without %s",
    (field) => {
      expect(denied(without(field))[0]).toBe("G-SCHEMA VAL-HTC-001");
    },
  );
});

describe("G-CAP", () => {
  const asks = (...capabilities: string[]) => vuln({ capabilities_requested: capabilities });
  const ALL = ["fs.read:inputs", "fs.write:artifacts", "proc.exec:osv-scanner"];

  it("J-72: denies a request that leaves out what the scan does, although all of it is allowed", () => {
    const { denials, capabilities } = judgeBefore(asks("fs.read:inputs"));
    expect(denials.map(({ gate, code, capability_id: id }) => `${gate} ${code} ${id}`)).toEqual([
      "G-CAP GATE_CAP_NOT_REQUESTED fs.write:artifacts",
      "G-CAP GATE_CAP_NOT_REQUESTED proc.exec:osv-scanner",
    ]);
    expect(capabilities.map((each) => each.decision_outcome)).toEqual(["allow", "deny", "deny"]);
  });

  it.each(["proc.spawn:x", "fs.read:", "FS.READ:inputs", "net.http ", "", "fs.read:a/../b"])(
    "A-33 C-05 H-05: denies the unknown capability %j with HSK-4001",
    (id) => {
      const { denials } = judgeBefore(asks(...ALL, id));
      expect(denials).toMatchObject([{ gate: "G-CAP", code: "HSK-4001", capability_id: id === "" ? "(nothing)" : id }]);
    },
  );

  it.each(["net.http", "fs.read:home", "proc.exec:syft", "fs.read", "proc.exec"])(
    "A-36 C-05 H-05 K-28: denies %s, which the operation has not, whoever else would grant it",
    (id) => {
      const surface = { ...COMMAND_LINE, capabilities: [id, ...COMMAND_LINE.capabilities] };
      expect(denied({ ...asks(...ALL, id), surface })).toEqual(["G-CAP GATE_CAP_NOT_GRANTED"]);
    },
  );

  it("A-35 C-05: denies what the surface has not, and what the profile has not", () => {
    expect(
      denied({ ...preOf("vuln_scan"), surface: { ...COMMAND_LINE, capabilities: ["fs.read", "fs.write"] } }),
    ).toEqual(["G-CAP GATE_CAP_NOT_GRANTED"]);
    const profiles = { small: { profile_id: "small", capabilities: ["fs.read:inputs", "fs.write:artifacts"] } };
    const input = vuln({ capability_profile_id: "small" });
    expect(denied({ ...input, registry: { ...REGISTRY, profiles } })).toEqual(["G-CAP GATE_CAP_NOT_GRANTED"]);
  });

  it.each(["nobody", "constructor"])("J-73: the unknown profile %s is told, but as no capability", (id) => {
    const { denials } = judgeBefore(vuln({ capability_profile_id: id }));
    expect(denials[0]).toMatchObject({ code: "GATE_CAP_PROFILE_UNKNOWN", details: id });
    expect(denials[0]?.capability_id).toBeUndefined();
  });

  it("J-73: an empty request leaves a decision about each capability that is needed", () => {
    const { capabilities } = judgeBefore(vuln({ capabilities_requested: [] }));
    expect(capabilities.map((each) => `${each.capability_id} ${each.decision_outcome}`)).toEqual(
      ALL.map((id) => `${id} deny`),
    );
  });

  it("A-37 J-46 J-72: network needs a consent that is on record; a word of the caller's is none", () => {
    const online = structuredClone(REGISTRY);
    online.engines["engine.supply_chain.vuln"]?.ops[0]?.capabilities.push("net.http");
    online.profiles["supply-gate.default"]?.capabilities.push("net.http");
    const surface = { ...COMMAND_LINE, capabilities: [...COMMAND_LINE.capabilities, "net.http"] };
    const consents = [{ capability_id: "net.http", consent_id: "consent-1" }];
    const change = { capabilities_requested: [...ALL, "net.http"] };
    const input = { ...vuln(change), registry: online, surface };
    expect(denied(input)).toEqual(["G-CAP GATE_CAP_NO_CONSENT"]);
    const claimed = { ...vuln({ ...change, human_consent_obtained: true }), registry: online, surface };
    expect(denied(claimed)).toEqual(["G-CAP GATE_CAP_NO_CONSENT", "G-CAP GATE_CAP_FALSE_CONSENT"]);
    expect(denied({ ...claimed, surface: { ...surface, consents } })).toEqual([]);
  });

  it("A-30 J-72: denies a step whose program is another than the one that is asked for", () => {
    const step = { ...stepOf("vuln_scan"), tool: "syft" };
    expect(denied(preOf("vuln_scan", undefined, { step }))).toEqual([
      "G-CAP GATE_CAP_OTHER_TOOL",
      "G-PROVENANCE GATE_PROVENANCE_UNPINNED",
    ]);
  });
});

describe("G-INTEGRITY", () => {
  it("J-70: denies a path for an input", () => {
    expect(denied(vuln({ inputs: [{ path: "../../etc/shadow" }] }))).toEqual(["G-INTEGRITY GATE_INTEGRITY_INPUT"]);
  });

  it.each(["artifact://sha256/../../etc", "/etc/shadow", "file:///etc/shadow", `artifact://sha256/${"0".repeat(64)}`])(
    "B-12: denies %s as the uri of an input",
    (uri) => {
      const inputs = jobOf("vuln_scan").operation.inputs.map((each) => ({ ...each, uri }));
      expect(denied(vuln({ inputs }))).toEqual(["G-INTEGRITY GATE_INTEGRITY_INPUT"]);
    },
  );

  it("C-06: denies content that the plan has not, and another size than it has", () => {
    const [tree] = jobOf("vuln_scan").operation.inputs;
    expect(denied(vuln({ inputs: [tree, handle("unknown", "file")] }))).toEqual(["G-INTEGRITY GATE_INTEGRITY_HASH"]);
    expect(denied(vuln({ inputs: [{ ...tree, size_bytes: 1 }] }))).toEqual(["G-INTEGRITY GATE_INTEGRITY_HASH"]);
  });

  it("A-67 B-05 H-05 K-27: lets 32,768 bytes pass and denies one more, over the whole envelope", () => {
    const policy = { required: true, kinds: ["tool_output"] };
    const bytes = Buffer.byteLength(JSON.stringify(vuln({ evidence_policy: { ...policy, notes: "" } }).operation));
    const sized = (length: number) => vuln({ evidence_policy: { ...policy, notes: "x".repeat(length) } });
    expect(denied(sized(32_768 - bytes))).toEqual([]);
    expect(denied(sized(32_769 - bytes))).toEqual(["G-INTEGRITY GATE_INTEGRITY_TOO_LARGE"]);
    expect(denied(vuln({ evidence_policy: { ...policy, notes: "ü".repeat(16_384) } }))).toEqual([
      "G-INTEGRITY GATE_INTEGRITY_TOO_LARGE",
    ]);
  });

  it("J-70: denies 10 MB in evidence_policy.notes and in output_spec.expected_types", () => {
    const long = "x".repeat(10 * 2 ** 20);
    expect(denied(vuln({ evidence_policy: { required: true, kinds: ["tool_output"], notes: long } }))).toEqual([
      "G-INTEGRITY GATE_INTEGRITY_TOO_LARGE",
    ]);
    expect(denied(vuln({ output_spec: { expected_types: ["artifact.dataset", long] } }))).toContain(
      "G-INTEGRITY GATE_INTEGRITY_TOO_LARGE",
    );
  });

  it("A-09: denies an operation about another step than the one that would run", () => {
    expect(denied(preOf("vuln_scan", undefined, { stepKey: "0".repeat(64) }))).toEqual([
      "G-INTEGRITY GATE_INTEGRITY_OTHER_STEP",
    ]);
  });

  const step = stepOf("secret_scan");
  const PATH = "G-INTEGRITY GATE_INTEGRITY_PATH";
  it.each<[string, object]>([
    ["an output above", { outputs: ["../report.json"] }],
    ["an absolute output", { outputs: ["/etc/passwd"] }],
    ["a program of the machine's", { argv: ["/bin/sh", "-c", "true"] }],
    ["a program of the tree's", { argv: ["{scan}/tree/gitleaks"] }],
    ["a program beside the tool", { argv: ["{tool}/../gitleaks"] }],
    ["another program for the version", { version: { ...step.version, argv: ["gitleaks"] } }],
    ["a working folder of the machine's", { cwd: "/" }],
    ["a working folder above", { cwd: "{scan}/.." }],
    ["an argument above", { argv: [step.argv[0], "--config={scan}/../x"] }],
    ["a relative argument", { argv: [step.argv[0], "../x"] }],
    ["an absolute argument", { argv: [step.argv[0], "--report-path=/etc/passwd"] }],
    ["a staged file above", { staging: { ...step.staging, files: { "../x": "" } } }],
    ["a hidden path above", { staging: { ...step.staging, tree: { hide: [{ path: "../x" }] } } }],
  ])("C-06 J-70: denies %s", (_, change) => {
    expect(denied(preOf("secret_scan", undefined, { step: { ...step, ...change } }))).toEqual([PATH]);
  });

  it("C-06: denies a copy of a link, of what is not in the tree, of other content, and one to a place above", () => {
    const [copy] = step.staging.copies;
    if (copy === undefined) throw new Error("nothing is staged");
    const staged = (change: object) => {
      const staging = { ...step.staging, copies: [{ ...copy, ...change }] };
      return preOf("secret_scan", undefined, { step: { ...step, staging } });
    };
    expect(denied(staged({}))).toEqual([]);
    expect(denied(staged({ source: { path: "link" } }))).toEqual([PATH]);
    expect(denied(staged({ sha256: "0".repeat(64) }))).toEqual([PATH]);
    expect(denied(staged({ to: "../x" }))).toEqual([PATH]);
  });
});

describe("G-BUDGET", () => {
  const { budget, output_spec: spec } = jobOf("vuln_scan").operation;
  const CAPS = ["cpu_time_ms", "wall_time_ms", "memory_bytes", "output_bytes"] as const;
  const priced = (change: object) => vuln({ budget: { ...budget, ...change } });

  it("J-50: denies one cap alone, none, and no budget", () => {
    for (const one of [{ cpu_time_ms: 1 }, {}, null]) {
      expect(denied(vuln({ budget: one }))).toEqual(["G-BUDGET GATE_BUDGET_FORM"]);
    }
    expect(denied(without("budget"))).toEqual(["G-BUDGET GATE_BUDGET_FORM"]);
  });

  it.each(CAPS)(
    "B-04 C-07 J-50: denies %s when it is missing, 0, below 0, no whole number, or of the largest sort",
    (cap) => {
      const { [cap]: _, ...others } = budget;
      expect(denied(vuln({ budget: others }))).toEqual(["G-BUDGET GATE_BUDGET_FORM"]);
      for (const value of [0, -1, 1.5, "1", null, 2 ** 64]) {
        expect(denied(priced({ [cap]: value }))).toEqual(["G-BUDGET GATE_BUDGET_FORM"]);
      }
    },
  );

  it.each(CAPS)(
    "J-50: denies more %s than the registry's maximum, and another one than the step is stopped at",
    (cap) => {
      const more = { [cap]: budget[cap] + 1 };
      expect(denied(priced(more))).toEqual(["G-BUDGET GATE_BUDGET_OVER_MAXIMUM", "G-BUDGET GATE_BUDGET_STEP"]);
      const less = vuln({ budget: { ...budget, [cap]: budget[cap] - 1 }, output_spec: { ...spec, max_bytes: 1 } });
      expect(denied(less)).toEqual(["G-BUDGET GATE_BUDGET_STEP"]);
    },
  );

  it("C-07: denies outputs larger than the budget; other names of caps are not read (K-05)", () => {
    expect(denied(vuln({ output_spec: { ...spec, max_bytes: budget.output_bytes + 1 } }))).toEqual([
      "G-BUDGET GATE_BUDGET_OUTPUT_SPEC",
    ]);
    expect(denied(priced({ max_duration_ms: 1 }))).toEqual(["G-BUDGET GATE_BUDGET_FORM"]);
  });
});

describe("G-PROVENANCE", () => {
  it("C-08 J-63: denies a step that would read what is no input", () => {
    const { operation } = jobOf("vuln_scan");
    const reads = [...operation.inputs, { content_hash: "2".repeat(64), size_bytes: 1 }];
    expect(denied(preOf("vuln_scan", undefined, { reads }))).toEqual(["G-PROVENANCE GATE_PROVENANCE_UNDECLARED_INPUT"]);
    expect(denied(vuln({ inputs: [] }))).toEqual(["G-PROVENANCE GATE_PROVENANCE_UNDECLARED_INPUT"]);
  });

  it("A-25: denies to carry out in our own process what the registry has a pinned program for", () => {
    expect(denied(preOf("vuln_scan", undefined, { step: null }))).toEqual(["G-PROVENANCE GATE_PROVENANCE_UNPINNED"]);
  });
});

describe("G-DET", () => {
  it.each(["D2", "D3", "d2"])("B-30 C-09: denies %s above the ceiling", (determinism) => {
    expect(denied(vuln({ determinism }))).toEqual(["G-DET GATE_DET_CEILING"]);
  });

  it("B-30 J-77: lets D3 pass for an engine that has it", () => {
    const registry = structuredClone(REGISTRY);
    Object.assign(registry.engines["engine.supply_chain.vuln"] ?? {}, { determinism_ceiling: "D3" });
    expect(denied({ ...vuln({ determinism: "D3", evidence_policy: undefined }), registry })).toEqual([]);
  });

  it.each([undefined, { required: false, kinds: ["tool_output"] }, { required: true, kinds: [] }])(
    "K-09 B-24: denies D0 and D1 with the evidence policy %j, and no other gate does",
    (policy) => {
      for (const determinism of ["D0", "D1"]) {
        const input =
          policy === undefined ? without("evidence_policy") : vuln({ evidence_policy: policy, determinism });
        expect(denied(input)).toEqual(["G-DET GATE_DET_NO_EVIDENCE_POLICY"]);
      }
    },
  );

  it.each([
    { evidence_policy: "capture_stdout_stderr" },
    { evidence_policy: { required: true } },
    { determinism: "D4" },
  ])("K-06: denies the form %j", (change) => {
    expect(denied(vuln(change))).toEqual(["G-DET GATE_DET_FORM"]);
  });
});

describe("all gates together", () => {
  it("C-10: tell everything that is wrong, each by its own gate", () => {
    const input = vuln({
      schema_version: "x",
      budget: {},
      determinism: "D3",
      inputs: [{}],
      capability_profile_id: "x",
    });
    expect(new Set(judgeBefore(input).denials.map(({ gate }) => gate))).toEqual(
      new Set(["G-SCHEMA", "G-CAP", "G-INTEGRITY", "G-BUDGET", "G-DET"]),
    );
  });

  it("C-04: no change of one value of a real envelope passes", () => {
    const { operation } = jobOf("vuln_scan");
    const places = placesOf(operation);
    expect(places.length).toBeGreaterThan(25);
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), (place, value) => {
        const changed = structuredClone(operation);
        if (!put(changed, place, value)) return;
        expect(denied({ ...preOf("vuln_scan"), operation: changed })).not.toEqual([]);
      }),
      { numRuns: 500, seed: 5 },
    );
  });

  it("never break, whatever is judged", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (operation) => {
        expect(denied({ ...preOf("vuln_scan"), operation })).not.toEqual([]);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});

function placesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...path]];
  return [[...path], ...Object.entries(value).flatMap(([key, below]) => placesOf(below, [...path, key]))].filter(
    (place) => place.length > 0,
  );
}

/** False when that is what stands there anyway. */
function put(target: object, place: readonly string[], value: unknown): boolean {
  const holder = place.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], target);
  const key = place.at(-1) ?? "";
  if (JSON.stringify((holder as Record<string, unknown>)[key]) === JSON.stringify(value)) return false;
  (holder as Record<string, unknown>)[key] = value;
  return true;
}
