import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { digestOf } from "../../../pipeline/findings/digest.ts";
import { configHash } from "../../../pipeline/protocol/config-hash.ts";
import { engineResult } from "../../../pipeline/protocol/engine-result.ts";
import { opIdOf } from "../../../pipeline/protocol/op-id.ts";
import { REGISTRY, REGISTRY_SHA256 } from "../../../pipeline/protocol/registry/bundled.ts";
import { ArtifactHandle } from "../../../schemas/protocol/artifact-handle.ts";
import { EngineError } from "../../../schemas/protocol/engine-error.ts";
import { EngineResult } from "../../../schemas/protocol/engine-result.ts";
import { PlannedOperation } from "../../../schemas/protocol/planned-operation.ts";
import { ProvenanceRecord } from "../../../schemas/protocol/provenance-record.ts";
import { Registry } from "../../../schemas/protocol/registry.ts";
import { ended, handle, jobOf, PLANNING, stepOf } from "../gates/made.ts";

const { operation } = jobOf("vuln_scan");
const RESULT = engineResult(ended());
const FAILED = engineResult(ended({ problems: [{ code: "exit-unexpected", message: "x" }] }));

describe("the envelopes", () => {
  it.each<[string, z.ZodType, unknown]>([
    ["PlannedOperation", PlannedOperation, operation],
    ["ArtifactHandle", ArtifactHandle, operation.inputs[0]],
    ["EngineResult", EngineResult, RESULT],
    ["ProvenanceRecord", ProvenanceRecord, RESULT.provenance],
    ["EngineError", EngineError, FAILED.errors[0]],
    ["Registry", Registry, REGISTRY],
  ])(
    "B-06 A-27: %s is published as JSON Schema 2020-12, which takes a real one and refuses an unknown field",
    (_, schema, value) => {
      const published = z.toJSONSchema(schema, { target: "draft-2020-12" });
      expect(published.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
      const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
      addFormats.default(ajv);
      const check = ajv.compile(published);
      expect(check(value)).toBe(true);
      expect(schema.safeParse(value).success).toBe(true);
      const more = { ...(value as object), more: 1 };
      expect([check(more), schema.safeParse(more).success]).toEqual([false, false]);
    },
  );

  it("B-02: an operation has all its fields", () => {
    const optional = new Set(["evidence_policy"]);
    for (const field of Object.keys(PlannedOperation.shape)) {
      const { [field]: _, ...rest } = operation as Record<string, unknown>;
      expect(PlannedOperation.safeParse(rest).success).toBe(optional.has(field));
    }
  });

  it("K-04 K-06: an operation of ours says D1, and which evidence it needs", () => {
    expect(operation).toMatchObject({ determinism: "D1", evidence_policy: { required: true, kinds: ["tool_output"] } });
  });

  it("K-07 B-12: a handle names one content by digest", () => {
    const one = handle("x", "file");
    expect(ArtifactHandle.safeParse(one).success).toBe(true);
    for (const change of [
      { uri: `artifact://sha256/${"0".repeat(64)}` },
      { uri: "artifact:x:path" },
      { path: "../../etc/shadow" },
      { content_hash: one.content_hash.toUpperCase() },
      { size_bytes: -1 },
      { retention_ttl_days: 0 },
      { kind: "bundle" },
    ]) {
      expect(ArtifactHandle.safeParse({ ...one, ...change }).success).toBe(false);
    }
  });
});

describe("opIdOf", () => {
  it("K-30: is the id of the content, in whatever order its fields stand", () => {
    const { op_id: id, ...content } = operation;
    expect(opIdOf(content)).toBe(id);
    expect(opIdOf(Object.fromEntries(Object.entries(content).reverse()) as typeof content)).toBe(id);
    expect(opIdOf(operation)).toBe(id);
  });

  it("K-30: is another one when any field is another", () => {
    const ids = Object.keys(operation)
      .filter((field) => field !== "op_id")
      .map((field) => opIdOf({ ...operation, [field]: "changed" }));
    expect(new Set([operation.op_id, ...ids]).size).toBe(ids.length + 1);
  });
});

describe("EngineResult", () => {
  it.each<[string, object]>([
    ["a success with a reason", { reason: "tool_error" }],
    ["a success with an error", { errors: FAILED.errors }],
    ["a failure without a reason", { status: "failed", errors: FAILED.errors }],
    ["a failure without an error", { status: "failed", reason: "tool_error" }],
    ["a denial that has left something", { status: "denied", reason: "gate_denied", errors: FAILED.errors }],
    [
      "a denial for another reason",
      { status: "denied", reason: "tool_error", errors: FAILED.errors, outputs: [], evidence: [] },
    ],
    ["an end before the start", { started_at: "2026-01-02T00:00:00Z" }],
    ["no provenance", { provenance: undefined }],
    ["another status", { status: "success" }],
  ])("B-21 K-08 J-06: %s is none", (_, change) => {
    expect(EngineResult.safeParse(RESULT).success).toBe(true);
    expect(EngineResult.safeParse({ ...RESULT, ...change }).success).toBe(false);
  });
});

describe("configHash", () => {
  const { mode, asOf, policy, waivers, pins, advisories } = PLANNING.plan;
  const step = stepOf("vuln_scan");
  const configuration = { mode, asOf, policy, waivers, pins, advisories, registrySha256: REGISTRY_SHA256, step };

  it("B-33 G-13 J-62: changes with everything that can change the verdict", () => {
    const other = "0".repeat(64);
    const hashes = [
      configuration,
      { ...configuration, mode: "release" as const },
      { ...configuration, asOf: "2027-01-01T00:00:00.000Z" },
      { ...configuration, policy: { ...policy, sha256: other } },
      { ...configuration, waivers: { sha256: other, count: 0 } },
      { ...configuration, pins: { sha256: other } },
      { ...configuration, advisories: null },
      { ...configuration, registrySha256: other },
      { ...configuration, step: { ...step, argv: [...step.argv, "--offline"] } },
      { ...configuration, step: { ...step, staging: { ...step.staging, files: {} } } },
      { ...configuration, step: { ...step, limits: { ...step.limits, wallMs: 1 } } },
      { ...configuration, step: null },
    ].map(configHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("J-62: does not depend on the order of keys, nor on anything beside them", () => {
    const reversed = Object.fromEntries(Object.entries(configuration).reverse()) as typeof configuration;
    expect(configHash({ ...reversed, ...{ more: 1 } })).toBe(configHash(configuration));
    expect(configHash(configuration)).toBe(digestOf(configuration));
  });
});
