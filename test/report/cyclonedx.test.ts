import { describe, expect, it } from "vitest";
import { toCycloneDx } from "../../pipeline/report/cyclonedx.ts";
import type { Component } from "../../schemas/component.ts";
import { chainOf, component, recordedComponents, SUBJECT } from "./components.ts";
import { hasOfficialSchemas, validatorOf } from "./official-schema.ts";

const TOOLS = [
  { name: "supply-gate", version: "0.1.0" },
  { name: "syft", version: "1.52.0" },
];

function documentOf(...components: Component[]) {
  return JSON.parse(toCycloneDx({ components, dependencies: [] }, SUBJECT, TOOLS));
}

/** Every reference to something that the document does not list, and every name that it gives twice. */
function brokenReferences(document: ReturnType<typeof documentOf>): string[] {
  const refs: string[] = [document.metadata.component, ...document.components].map((entry) => entry["bom-ref"]);
  const known = new Set(refs);
  const used: string[] = document.dependencies.flatMap((entry: { ref: string; dependsOn: string[] }) => [
    entry.ref,
    ...entry.dependsOn,
  ]);
  return [...refs.filter((ref, index) => refs.indexOf(ref) !== index), ...used.filter((ref) => !known.has(ref))];
}

describe("toCycloneDx", () => {
  it.skipIf(!hasOfficialSchemas)("fits the official schema 1.6 (skipped without ../shared/data)", () => {
    const validate = validatorOf("bom-1.6.schema.json", "spdx.schema.json", "jsf-0.82.schema.json");
    const odd = component("odd", {
      version: "",
      scope: "development",
      declaredLicenses: ["MIT", "GPL-2.0 OR Apache-2.0", "SEE LICENSE IN X"],
      cpes: ["no cpe", "cpe:2.3:a:a:b:1:*:*:*:*:*:*:*"],
      hashes: [{ algorithm: "SHA-1", value: "0".repeat(40) }],
    });
    for (const components of [recordedComponents(), { components: [odd], dependencies: [] }, chainOf(5000)]) {
      const document = JSON.parse(toCycloneDx(components, SUBJECT, TOOLS));
      validate(document);
      expect(validate.errors).toBeNull();
      expect(brokenReferences(document)).toEqual([]);
    }
  });

  it("describes the subject, when it was, and by which tools", () => {
    const { metadata, specVersion } = documentOf();
    expect(specVersion).toBe("1.6");
    expect(metadata).toMatchObject({
      timestamp: "2026-02-03T04:05:06.789Z",
      component: { type: "application", name: "source", version: `sha256:${SUBJECT.sha256}` },
      tools: {
        components: [
          { name: "supply-gate", version: "0.1.0" },
          { name: "syft", version: "1.52.0" },
        ],
      },
    });
  });

  it("has a serial number of its content: another component, another number; another date, the same", () => {
    const one = toCycloneDx(chainOf(2), SUBJECT);
    const serial = (text: string): string => JSON.parse(text).serialNumber;
    expect(serial(one)).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(serial(toCycloneDx(chainOf(3), SUBJECT))).not.toBe(serial(one));
    expect(serial(toCycloneDx(chainOf(2), { ...SUBJECT, asOf: "2020-01-01T00:00:00Z" }))).toBe(serial(one));
  });

  it.each([
    [["MIT"], [{ license: { id: "MIT", acknowledgement: "declared" } }]],
    [["GPL-2.0"], [{ license: { id: "GPL-2.0-only", acknowledgement: "declared" } }]],
    [["mit or apache-2.0"], [{ expression: "MIT OR Apache-2.0", acknowledgement: "declared" }]],
    [["LicenseRef-mine"], [{ expression: "LicenseRef-mine", acknowledgement: "declared" }]],
    [["SEE LICENSE IN X"], [{ license: { name: "SEE LICENSE IN X", acknowledgement: "declared" } }]],
    [["MIT WITH unlisted"], [{ license: { name: "MIT WITH unlisted", acknowledgement: "declared" } }]],
    [
      ["ISC", "MIT OR ISC"],
      [
        { license: { id: "ISC", acknowledgement: "declared" } },
        { license: { name: "MIT OR ISC", acknowledgement: "declared" } },
      ],
    ],
    [[], undefined],
  ])("states the licences %j", (declaredLicenses, licenses) => {
    expect(documentOf(component("a", { declaredLicenses })).components[0].licenses).toEqual(licenses);
  });

  it("says what is needed to run and what is not", () => {
    const { components } = documentOf(component("a"), component("b", { scope: "development" }));
    expect(components.map(({ scope }: { scope: string }) => scope)).toEqual(["required", "excluded"]);
  });

  it("states edges, and leaves out what is not known to need anything", () => {
    const { dependencies } = JSON.parse(toCycloneDx(chainOf(3), SUBJECT));
    expect(dependencies).toEqual([
      { ref: `supply-gate:${SUBJECT.sha256}`, dependsOn: ["pkg:npm/p000000@1.0.0"] },
      { ref: "pkg:npm/p000000@1.0.0", dependsOn: ["pkg:npm/p000001@1.0.0"] },
      { ref: "pkg:npm/p000001@1.0.0", dependsOn: ["pkg:npm/p000002@1.0.0"] },
    ]);
  });

  it("reaches a ring that nothing else needs", () => {
    const ring = ["pkg:npm/a@1.0.0", "pkg:npm/b@1.0.0"] as const;
    const dependencies = [
      { purl: ring[0], dependsOn: [ring[1]] },
      { purl: ring[1], dependsOn: [ring[0]] },
    ];
    const document = JSON.parse(toCycloneDx({ components: [component("a"), component("b")], dependencies }, SUBJECT));
    expect(document.dependencies[0].dependsOn).toEqual([ring[0]]);
  });

  it("gives the same bytes for components in any order, and ends with one line feed", () => {
    const { components, dependencies } = recordedComponents();
    const text = toCycloneDx({ components, dependencies }, SUBJECT);
    expect(toCycloneDx({ components: components.toReversed(), dependencies }, SUBJECT)).toBe(text);
    expect(text).toMatch(/[^\n]\n$/);
  });
});

describe("a component with a licence fact", () => {
  const facts = {
    detected: ["MIT AND ISC"],
    undeclared: ["ISC"],
    files: [{ path: "LICENSE", sha256: "a".repeat(64) }],
  };
  const licenseOf = (more: Partial<Component>) => {
    const document = documentOf(component("a", more));
    const validate = hasOfficialSchemas
      ? validatorOf("bom-1.6.schema.json", "spdx.schema.json", "jsf-0.82.schema.json")
      : undefined;
    validate?.(document);
    expect(validate?.errors ?? null).toBeNull();
    const { licenses, evidence, properties } = document.components[0];
    const stated = properties.filter(({ name }: { name: string }) => name === "supply-gate:licenseDeclared");
    return { licenses, evidence, stated: stated.map(({ value }: { value: string }) => value) };
  };

  it("has what is concluded, what was detected as evidence, and what is declared apart", () => {
    const licenses = { ...facts, declared: ["MIT"], concluded: ["ISC", "MIT"] };
    expect(licenseOf({ declaredLicenses: ["MIT"], licenses })).toEqual({
      licenses: [
        { license: { id: "ISC", acknowledgement: "concluded" } },
        { license: { id: "MIT", acknowledgement: "concluded" } },
      ],
      evidence: { licenses: [{ license: { name: "MIT AND ISC" } }] },
      stated: ["MIT"],
    });
  });

  it("joins several expressions into one, which is all that the format takes", () => {
    const licenses = { ...facts, declared: ["MIT OR Apache-2.0"], concluded: ["ISC", "MIT OR Apache-2.0"] };
    expect(licenseOf({ licenses }).licenses).toEqual([
      { expression: "ISC AND (MIT OR Apache-2.0)", acknowledgement: "concluded" },
    ]);
  });

  it("keeps what is declared where the files say nothing else", () => {
    const licenses = { ...facts, declared: ["MIT OR ISC"], concluded: ["MIT OR ISC"] };
    const { licenses: found, stated } = licenseOf({ licenses });
    expect([found, stated]).toEqual([[{ expression: "MIT OR ISC", acknowledgement: "declared" }], []]);
  });
});
