import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { PINS } from "../../../pipeline/cli/pins.ts";
import { digestOf } from "../../../pipeline/findings/digest.ts";
import { KINDS } from "../../../pipeline/kinds/index.ts";
import { failureCode, reasonOf } from "../../../pipeline/protocol/diagnostics/codes.ts";
import { REGISTRY, REGISTRY_SHA256 } from "../../../pipeline/protocol/registry/bundled.ts";
import { entryOf } from "../../../pipeline/protocol/registry/entry.ts";
import { outputTypeOf } from "../../../pipeline/protocol/registry/output-type.ts";
import { readRegistry } from "../../../pipeline/protocol/registry/read-registry.ts";
import { ProblemCode } from "../../../schemas/evidence.ts";
import { ArtifactKind } from "../../../schemas/protocol/artifact-handle.ts";
import { GateId } from "../../../schemas/protocol/gate-decision.ts";
import type { RegistryEngine } from "../../../schemas/protocol/registry.ts";
import { ROOT } from "../../support/shared-data.ts";

const TEXT = readFileSync(join(ROOT, "pipeline/protocol/registry/mechanical_engines.json"), "utf8");
const ENGINES: readonly RegistryEngine[] = Object.values(REGISTRY.engines);
const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

describe("mechanical_engines.json", () => {
  it("A-20: is what is built in, without a key that stands twice", () => {
    expect(readRegistry(TEXT, "mechanical_engines.json")).toEqual(REGISTRY);
    expect(REGISTRY_SHA256).toBe(digestOf(JSON.parse(TEXT)));
  });

  it("A-01 A-03 A-07: has the engines of the protocol, and one for the register audit", () => {
    expect(ENGINES.map(({ engine_id: id, ops }) => `${id}: ${ops.map(({ name }) => name).join(", ")}`)).toEqual([
      "engine.guard.secret_scan: secret_scan",
      "engine.supply_chain.vuln: vuln_scan",
      "engine.supply_chain.sbom: sbom_generate",
      "engine.supply_chain.license: license_scan",
      "engine.supply_chain.register: oss_register_audit",
    ]);
  });

  it.each(KINDS.map((kind) => [kind.id, kind] as const))(
    "A-02 A-04: the kind %s is an operation of it, with its tool, within its maximum",
    (_, kind) => {
      const entry = entryOf(REGISTRY, kind.engineId, kind.id);
      const most = entry?.engine.maximum_budget;
      expect(entry?.engine.implementations.map((each) => (each.adapter === "in_process" ? null : each.tool))).toEqual([
        kind.tool,
      ]);
      expect(entry?.capabilities).toEqual([
        "fs.read:inputs",
        "fs.write:artifacts",
        ...(kind.tool === null ? [] : [`proc.exec:${kind.tool}`]),
      ]);
      expect(kind.limits.cpuMs).toBeLessThanOrEqual(most?.cpu_time_ms ?? 0);
      expect(kind.limits.wallMs).toBeLessThanOrEqual(most?.wall_time_ms ?? 0);
      expect(kind.limits.memoryBytes).toBeLessThanOrEqual(most?.memory_bytes ?? 0);
      expect(kind.limits.outputBytes).toBeLessThanOrEqual(most?.output_bytes ?? 0);
    },
  );

  it("A-22: has the default budgets of the protocol", () => {
    expect(ENGINES.slice(0, 4).map(({ default_budget: budget }) => Object.values(budget))).toEqual([
      [120_000, 300_000, 512 * MiB, 100 * MiB],
      [300_000, 600_000, GiB, 100 * MiB],
      [300_000, 600_000, GiB, 200 * MiB],
      [300_000, 900_000, GiB, 200 * MiB],
    ]);
  });

  it("A-25 A-64: pins each program by version and by the digest of its entry in the pins", () => {
    const pinned = ENGINES.flatMap(({ implementations }) => implementations).filter(
      (each) => each.adapter === "external_process",
    );
    expect(pinned.map(({ tool, version, pin_sha256: sha256 }) => ({ tool, version, sha256 }))).toEqual(
      Object.entries(PINS.tools).map(([tool, pin]) => ({ tool, version: pin.version, sha256: digestOf(pin) })),
    );
  });

  it("A-22 A-23 C-01: each engine has all six gates, ceiling D1, a version of its interface, and vectors of both sorts", () => {
    for (const {
      required_gates: gates,
      determinism_ceiling: ceiling,
      interface_version: version,
      conformance,
      ops,
    } of ENGINES) {
      expect(gates).toEqual(GateId.options);
      expect([ceiling, version]).toEqual(["D1", "1.0.0"]);
      expect(ops.map(({ output_types: types }) => types)).toEqual([["artifact.dataset"]]);
      expect(conformance.golden.length + conformance.reject.length).toBeGreaterThanOrEqual(12);
    }
  });

  it("A-24: has the stable code of every reason that a job can fail for, the same that the diagnostics have", () => {
    for (const kind of KINDS) {
      const codes = Object.values(REGISTRY.engines[kind.engineId]?.failure_codes ?? {});
      expect(codes).toContain(failureCode(kind.id, "BLOCK"));
      for (const code of ProblemCode.options) expect(codes).toContain(failureCode(kind.id, reasonOf(code)));
      expect(new Set(codes).size).toBe(7);
    }
  });

  it("A-27 A-62 B-06: its params and output schemas are valid JSON Schema 2020-12, without an unknown word", () => {
    const ajv = new Ajv2020({ strict: true });
    for (const { params_schema: params, output_schema: output } of ENGINES.flatMap(({ ops }) => ops)) {
      const check = ajv.compile(params);
      expect(check({ step_key: "0".repeat(64) })).toBe(true);
      expect([{}, { step_key: "0" }, { step_key: "0".repeat(64), more: 1 }].map((each) => check(each))).toEqual([
        false,
        false,
        false,
      ]);
      expect(() => ajv.compile(output)).not.toThrow();
    }
  });

  it("K-18: says of each sort of artifact which output it is, if any", () => {
    expect(ArtifactKind.options.map((kind) => `${kind}: ${outputTypeOf(kind)}`)).toEqual([
      "file: artifact.file",
      "tool_output: artifact.tool_output",
      "transcript: null",
      "dataset_slice: artifact.dataset",
      "prompt_payload: null",
      "report: artifact.dataset",
    ]);
  });
});

describe("readRegistry", () => {
  const line = (text: string, found: string) => text.slice(0, text.indexOf(found)).split("\n").length;
  const refusal = (text: string): string => {
    try {
      readRegistry(text, "registry.json");
    } catch (error) {
      expect(error).toMatchObject({ name: "GateError", code: "CONFIG_INVALID" });
      return (error as Error).message;
    }
    throw new Error("it was read");
  };
  const replaced = (from: string, to: string) => {
    expect(TEXT).toContain(from);
    return TEXT.replace(from, to);
  };

  it.each([
    ['  "registry_version": "1.0.0",', '  "registry_version": "1.0.0",\n  "registry_version": "1.0.0",'],
    ['      "domain": "guard",', '      "domain": "guard",\n      "required_gates": [],'],
    ['        "cpu_time_ms": 120000,', '        "cpu_time_ms": 120000,\n        "cpu\\u005ftime_ms": 120000,'],
    ['            "type": "object",', '            "type": "object",\n            "type": "object",'],
  ])("J-75: refuses a key that stands twice, at any depth, with line and column: %#", (from, to) => {
    expect(refusal(replaced(from, to))).toMatch(/^registry\.json:\d+:\d+: Map keys must be unique$/);
  });

  it("J-75: refuses a whole engine that stands twice where the second one is", () => {
    const second = `    "engine.guard.secret_scan": {},\n`;
    const text = replaced('    "engine.supply_chain.vuln": {', `${second}    "engine.supply_chain.vuln": {`);
    expect(refusal(text)).toBe(`registry.json:${line(text, second)}:5: Map keys must be unique`);
  });

  it("J-75: refuses an inner id that differs from its key, of an engine and of a profile", () => {
    const engine = replaced('"engine_id": "engine.guard.secret_scan"', '"engine_id": "engine.guard.other"');
    expect(refusal(engine)).toBe(
      `registry.json:${line(engine, '"engine.guard.other"')}:20: engines.engine.guard.secret_scan.engine_id: found "engine.guard.other", expected its key "engine.guard.secret_scan"`,
    );
    const profile = replaced('"profile_id": "supply-gate.default"', '"profile_id": "x"');
    expect(refusal(profile)).toMatch(/profiles\.supply-gate\.default\.profile_id: found "x"/);
  });

  it("C-01: refuses an unknown gate, and an engine that does without one of the six", () => {
    expect(refusal(replaced('"G-DET"', '"G-DETT"'))).toMatch(
      /^registry\.json:\d+:\d+: engines\.engine\.guard\.secret_scan\.required_gates\.5: found "G-DETT", expected one of G-SCHEMA, .*; did you mean "G-DET"\?/,
    );
    expect(refusal(TEXT.replace(/,\s+"G-DET"/, ""))).toMatch(
      /^registry\.json:\d+:\d+: engines\.engine\.guard\.secret_scan\.required_gates: expected every global gate/,
    );
  });

  it("A-33: refuses an unknown capability with HSK-4001", () => {
    expect(refusal(replaced('"fs.write:artifacts"', '"fs.delete:artifacts"'))).toMatch(
      /^registry\.json:\d+:\d+: profiles\.supply-gate\.default\.capabilities\.1: HSK-4001: UnknownCapability/,
    );
  });

  it("A-30: refuses an operation that may run another program than the engine's pinned one", () => {
    const text = replaced('"capabilities": ["proc.exec:gitleaks"]', '"capabilities": ["proc.exec:syft"]');
    expect(refusal(text)).toMatch(/ops\.0\.capabilities: found proc\.exec:syft to run, expected proc\.exec:gitleaks$/);
  });

  it.each([
    "default_budget",
    "maximum_budget",
    "required_gates",
    "required_caps",
    "interface_version",
    "failure_codes",
    "conformance",
    "implementations",
    "ops",
  ])("A-20 J-75: refuses an engine without %s", (field) => {
    const document = JSON.parse(TEXT);
    delete document.engines["engine.supply_chain.sbom"][field];
    expect(refusal(JSON.stringify(document, null, 2))).toMatch(
      new RegExp(`^registry\\.json:\\d+:\\d+: engines\\.engine\\.supply_chain\\.sbom\\.${field}: `),
    );
  });

  it.each(["cpu_time_ms", "wall_time_ms", "memory_bytes", "output_bytes"])(
    "J-50: refuses a default %s over the maximum, none, and 0",
    (cap) => {
      const document = JSON.parse(TEXT);
      const { default_budget: given, maximum_budget: most } = document.engines["engine.supply_chain.vuln"];
      const place = `engines\\.engine\\.supply_chain\\.vuln\\.default_budget\\.${cap}: `;
      given[cap] = most[cap] + 1;
      expect(refusal(JSON.stringify(document))).toMatch(
        new RegExp(`${place}found ${most[cap] + 1}, expected the maximum ${most[cap]} or less$`),
      );
      for (const value of [undefined, 0]) {
        given[cap] = value;
        expect(refusal(JSON.stringify(document))).toMatch(new RegExp(place));
      }
    },
  );

  it("refuses an unknown key, and a word of JSON Schema that nobody would check", () => {
    expect(refusal(replaced('"required_caps"', '"required_cap"'))).toContain('unknown key "required_cap"');
    expect(refusal(replaced('"additionalProperties": false', '"aditionalProperties": false'))).toContain(
      "aditionalProperties",
    );
  });

  it.each(["", "schema_version: 1", "{", "[]", "null"])("refuses %j", (text) => {
    expect(refusal(text)).toMatch(/^registry\.json/);
  });
});
