import { describe, expect, it } from "vitest";
import { factsOfBytes } from "../../../pipeline/protocol/artifacts/payload.ts";
import {
  type ArtifactFacts,
  artifactOf,
  handleOf,
  readSidecar,
  sidecarText,
  withPin,
} from "../../../pipeline/protocol/artifacts/sidecar.ts";
import { ArtifactHandle } from "../../../schemas/protocol/artifact-handle.ts";
import { ENGINE, FACTS, JOB, sha256 } from "./made.ts";

const PAYLOAD = factsOfBytes("{}");
const whole: ArtifactFacts = {
  ...FACTS,
  createdByJobId: JOB,
  sourceEntityRefs: ["git:commit"],
  sourceArtifactRefs: [`artifact://sha256/${"d".repeat(64)}`],
  classification: "high",
  retentionTtlDays: 30,
  engine: ENGINE,
  pinned: true,
};

describe("a sidecar", () => {
  it("D-04 D-05: has every field, in one order", () => {
    const artifact = artifactOf(PAYLOAD, whole);
    expect(JSON.parse(sidecarText(artifact))).toEqual({
      schema_version: "supply-gate/artifact-1",
      artifact_id: artifact.artifact_id,
      layer: "L3",
      kind: "report",
      mime: "application/json",
      filename_hint: "reports/vuln_scan.json",
      created_at: "2026-01-02T00:00:00.000Z",
      created_by_job_id: JOB,
      source_entity_refs: ["git:commit"],
      source_artifact_refs: [`artifact://sha256/${"d".repeat(64)}`],
      content_hash: sha256("{}"),
      hash_basis: "bitwise:payload-bytes",
      size_bytes: 2,
      classification: "high",
      exportable: false,
      retention_kind: "Result",
      retention_ttl_days: 30,
      engine: ENGINE,
      pinned: true,
      seal: artifact.seal,
    });
    expect(readSidecar(sidecarText(artifact), "artifact.json")).toEqual(artifact);
  });

  it("D-04: has an id that is made from what it says, but for the time and the pin", () => {
    const { artifact_id: id } = artifactOf(PAYLOAD, whole);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(artifactOf(PAYLOAD, { ...whole, createdAt: "2030-01-01T00:00:00Z", pinned: false }).artifact_id).toBe(id);
    expect(artifactOf(PAYLOAD, { ...whole, filenameHint: "other" }).artifact_id).not.toBe(id);
    expect(withPin(artifactOf(PAYLOAD, whole), false).artifact_id).toBe(id);
  });

  it.each([
    ["medium", "report", true],
    ["low", "tool_output", true],
    ["high", "report", false],
    ["medium", "prompt_payload", false],
  ] as const)("D-12 D-20: %s, %s: exportable is %s unless it is said", (classification, kind, exportable) => {
    const facts = { ...FACTS, classification, kind, retentionTtlDays: 30 };
    expect(artifactOf(PAYLOAD, facts).exportable).toBe(exportable);
    expect(artifactOf(PAYLOAD, { ...facts, exportable: !exportable }).exportable).toBe(!exportable);
  });

  it("D-14: refuses what is classified high and has no time to live", () => {
    expect(() => artifactOf(PAYLOAD, { ...FACTS, classification: "high" })).toThrow(
      expect.objectContaining({
        code: "DOCUMENT_INVALID",
        message: expect.stringContaining("retention_ttl_days: expected a time to live"),
      }),
    );
  });

  it.each([
    ["mime", { mime: "text" }],
    ["filename_hint", { filenameHint: "../x" }],
    ["created_at", { createdAt: "yesterday" }],
    ["created_by_job_id", { createdByJobId: "job-1" }],
  ])("D-04: refuses a %s that does not fit", (field, facts) => {
    expect(() => artifactOf(PAYLOAD, { ...FACTS, ...facts })).toThrow(
      expect.objectContaining({ code: "DOCUMENT_INVALID", message: expect.stringContaining(field) }),
    );
  });

  it.each([
    ["created_at", "2026-01-02", "2026-01-03", "seal"],
    ["pinned", '"pinned": true,', "", "seal"],
    ["exportable", "false", "true", "artifact_id"],
    ["content_hash", sha256("{}"), sha256("[]"), "artifact_id"],
    ["seal", /"seal": "./u, '"seal": "g', "seal"],
    ["an unknown key", '"layer"', '"extra": 1, "layer"', "extra"],
    ["white space", '"layer": ', '"layer":  ', "not written as it was"],
  ] as const)("D-13: shows that %s was changed", (_field, from, to, reason) => {
    const text = sidecarText(artifactOf(PAYLOAD, whole));
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(() => readSidecar(changed, "artifact.json")).toThrow(
      expect.objectContaining({ code: "DOCUMENT_INVALID", message: expect.stringContaining(reason) }),
    );
  });

  it("B-10: gives a handle of it", () => {
    const artifact = artifactOf(PAYLOAD, whole);
    expect(ArtifactHandle.parse(handleOf(artifact))).toEqual({
      artifact_id: artifact.artifact_id,
      kind: "report",
      uri: `artifact://sha256/${artifact.content_hash}`,
      content_hash: artifact.content_hash,
      size_bytes: 2,
      classification: "high",
      exportable: false,
      retention_ttl_days: 30,
    });
  });
});
