import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { covers, needsConsent, parseCapability } from "../../../pipeline/protocol/capabilities/capability.ts";
import { effectiveCapabilities } from "../../../pipeline/protocol/capabilities/effective.ts";
import { judgeBefore } from "../../../pipeline/protocol/gates/judge.ts";
import { GateError } from "../../../schemas/error.ts";
import { CapabilityAxis, CapabilityDecision } from "../../../schemas/protocol/capability.ts";
import { preOf } from "../gates/made.ts";

describe("parseCapability", () => {
  it.each([
    ["fs.read", "fs.read", null],
    ["fs.read:inputs", "fs.read", "inputs"],
    ["fs.write:artifacts", "fs.write", "artifacts"],
    ["proc.exec:osv-scanner", "proc.exec", "osv-scanner"],
    ["net.http", "net.http", null],
    ["net.http:api.example.org", "net.http", "api.example.org"],
    ["device", "device", null],
    ["device.camera", "device", "camera"],
    ["device.serial", "device", "serial"],
    ["gpu.compute", "gpu.compute", null],
    ["secrets.use:ci-token", "secrets.use", "ci-token"],
  ])("A-31: reads %s", (text, axis, scope) => {
    expect(parseCapability(text)).toEqual({ axis, scope });
  });

  it.each([
    "",
    "fs",
    "fs.delete",
    "fs.read:",
    "fs.read:a b",
    "fs.read:../x",
    "fs.read:a:b",
    "fs.reader",
    "device.printer",
    "device:camera",
    "gpu.compute:0",
    "FS.READ",
    " fs.read",
    "fs.read\n",
    "*",
  ])("A-33: refuses %j with HSK-4001", (text) => {
    expect(() => parseCapability(text)).toThrow(GateError);
    expect(() => parseCapability(text)).toThrow(/^HSK-4001: UnknownCapability: found /);
  });
});

describe("covers", () => {
  it.each([
    ["fs.read", "fs.read:inputs", true],
    ["fs.read:inputs", "fs.read:inputs", true],
    ["fs.read:inputs", "fs.read:other", false],
    ["fs.read:inputs", "fs.read", false],
    ["fs.read", "fs.write:artifacts", false],
    ["proc.exec:syft", "proc.exec:syft2", false],
    ["device", "device.camera", true],
    ["device.camera", "device.mic", false],
    ["everything", "fs.read", false],
    ["fs.read", "everything", false],
  ])("A-32 K-28: %s covers %s: %s", (granted, requested, expected) => {
    expect(covers(granted, requested)).toBe(expected);
  });
});

describe("effectiveCapabilities", () => {
  it("A-35: is the intersection, the most restrictive wins", () => {
    expect(
      effectiveCapabilities([
        ["fs.read", "fs.write:artifacts", "proc.exec:syft", "net.http"],
        ["fs.read:inputs", "fs.write", "proc.exec"],
        ["fs.read:inputs", "fs.read:other", "fs.write:artifacts", "proc.exec"],
      ]),
    ).toEqual(["fs.read:inputs", "fs.write:artifacts", "proc.exec:syft"]);
  });

  it("A-36: grants nothing by default", () => {
    expect(effectiveCapabilities([])).toEqual([]);
    expect(effectiveCapabilities([["fs.read"], []])).toEqual([]);
    expect(effectiveCapabilities([["fs.read"], ["unknown"]])).toEqual([]);
  });

  it("A-35: covers a request exactly when every list does, in whatever order they come", () => {
    const id = fc.constantFrom(
      "fs.read",
      "fs.read:a",
      "fs.read:b",
      "proc.exec",
      "proc.exec:a",
      "device",
      "device.mic",
      "net.http",
    );
    const lists = fc.array(fc.array(id, { maxLength: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lists, id, (sources, request) => {
        const effective = effectiveCapabilities(sources);
        const everyList = sources.every((list) => list.some((grant) => covers(grant, request)));
        expect(effective.some((grant) => covers(grant, request))).toBe(everyList);
        const other = effectiveCapabilities(sources.toReversed());
        expect(other.some((grant) => covers(grant, request))).toBe(everyList);
      }),
      { numRuns: 500, seed: 5 },
    );
  });
});

describe("capabilities that need a consent", () => {
  it("A-37: are network, devices and secrets", () => {
    expect(CapabilityAxis.options.filter(needsConsent)).toEqual(["net.http", "device", "secrets.use"]);
    expect(["net.http:a", "device.mic", "secrets.use:x", "fs.read:inputs", "x"].map(needsConsent)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("a check of a capability", () => {
  it("A-34 A-40: is a decision of exactly four keys, allowed or not; unknown ones too", () => {
    const { capabilities, op_id } = judgeBefore(
      preOf("vuln_scan", (operation) => ({
        ...operation,
        capabilities_requested: ["fs.read:inputs", "net.http", "what?"],
      })),
    );
    const decided = (id: string, outcome: string) => ({
      capability_id: id,
      actor_id: "supply-gate",
      job_id: op_id,
      decision_outcome: outcome,
    });
    expect(capabilities).toEqual([
      decided("fs.read:inputs", "allow"),
      decided("net.http", "deny"),
      decided("what?", "deny"),
      decided("fs.write:artifacts", "deny"),
      decided("proc.exec:osv-scanner", "deny"),
    ]);
    expect(capabilities.every((each) => CapabilityDecision.safeParse(each).success)).toBe(true);
  });
});
