import { describe, expect, it } from "vitest";
import { toSpdx } from "../../pipeline/report/spdx.ts";
import type { Component } from "../../schemas/component.ts";
import { chainOf, component, recordedComponents, SUBJECT } from "./components.ts";
import { hasOfficialSchemas, validatorOf } from "./official-schema.ts";

function documentOf(...components: Component[]) {
  return JSON.parse(toSpdx({ components, dependencies: [] }, SUBJECT));
}

/** Ids that are given twice, relationships that lead nowhere, licence references that nothing defines. */
function brokenReferences(document: ReturnType<typeof documentOf>, text: string): string[] {
  const ids: string[] = document.packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID);
  const known = new Set([...ids, "SPDXRef-DOCUMENT"]);
  const used: string[] = document.relationships.flatMap((entry: Record<string, string>) => [
    entry["spdxElementId"],
    entry["relatedSpdxElement"],
  ]);
  const defined = new Set(
    (document.hasExtractedLicensingInfos ?? []).map(({ licenseId }: { licenseId: string }) => licenseId),
  );
  const references = text.match(/(?<="license(?:Declared|Concluded)": "[^"]*)LicenseRef-[A-Za-z0-9.-]+/g) ?? [];
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index || !/^SPDXRef-[A-Za-z0-9.-]+$/.test(id)),
    ...used.filter((id) => !known.has(id)),
    ...references.filter((id) => !defined.has(id)),
  ];
}

describe("toSpdx", () => {
  it.skipIf(!hasOfficialSchemas)("fits the official schema 2.3 (skipped without ../shared/data)", () => {
    const validate = validatorOf("spdx-schema-2.3.json");
    const odd = component("odd", {
      version: "",
      scope: "development",
      declaredLicenses: ["LicenseRef-mine OR MIT", "SEE LICENSE IN X"],
      cpes: ["cpe:2.3:a:a:b:1:*:*:*:*:*:*:*"],
      hashes: [{ algorithm: "SHA-512", value: "0".repeat(128) }],
    });
    for (const components of [recordedComponents(), { components: [odd], dependencies: [] }, chainOf(5000)]) {
      const text = toSpdx(components, SUBJECT);
      const document = JSON.parse(text);
      validate(document);
      expect(validate.errors).toBeNull();
      expect(brokenReferences(document, text)).toEqual([]);
    }
  });

  it.each([
    [[], "NOASSERTION"],
    [["MIT"], "MIT"],
    [["mit"], "MIT"],
    [["MIT OR Apache-2.0", "ISC"], "ISC AND (MIT OR Apache-2.0)"],
    [["LicenseRef-mine"], "LicenseRef-mine"],
    [["SEE LICENSE IN X"], expect.stringMatching(/^LicenseRef-stated-[0-9a-f]{12}$/)],
    [["DocumentRef-x:LicenseRef-y"], expect.stringMatching(/^LicenseRef-stated-[0-9a-f]{12}$/)],
    [["MIT WITH unlisted"], expect.stringMatching(/^LicenseRef-stated-[0-9a-f]{12}$/)],
  ])("declares the licences %j", (declaredLicenses, declared) => {
    expect(documentOf(component("a", { declaredLicenses })).packages[1].licenseDeclared).toEqual(declared);
  });

  it("defines each licence that is on no list, verbatim", () => {
    const { hasExtractedLicensingInfos } = documentOf(component("a", { declaredLicenses: ["SEE LICENSE IN X"] }));
    expect(hasExtractedLicensingInfos).toEqual([
      {
        licenseId: expect.stringMatching(/^LicenseRef-stated-/),
        extractedText: "Stated in package metadata as: SEE LICENSE IN X",
      },
    ]);
  });

  it("describes the tree, and says what it needs to run and to be developed", () => {
    const components = [component("a"), component("b"), component("d", { scope: "development" })];
    const dependencies = [{ purl: components[0]?.purl as string, dependsOn: [components[1]?.purl as string] }];
    const { relationships } = JSON.parse(toSpdx({ components, dependencies }, SUBJECT));
    const short = (id: string) => id.replace(/^SPDXRef-(npm-(\w)-.*|)/, "$2");
    expect(
      relationships.map((entry: Record<string, string>) =>
        [
          short(entry["spdxElementId"] as string),
          entry["relationshipType"],
          short(entry["relatedSpdxElement"] as string),
        ].join(" "),
      ),
    ).toEqual(["DOCUMENT DESCRIBES Source", "Source DEPENDS_ON a", "d DEV_DEPENDENCY_OF Source", "a DEPENDS_ON b"]);
  });

  it("says when it was to the second, and has a namespace of its content", () => {
    const one = documentOf(component("a"));
    expect(one.creationInfo).toEqual({
      created: "2026-02-03T04:05:06Z",
      creators: ["Tool: supply-gate", "Tool: syft"],
    });
    expect(one.documentNamespace).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(documentOf(component("b")).documentNamespace).not.toBe(one.documentNamespace);
  });

  it("ends with one line feed", () => {
    expect(toSpdx(chainOf(1), SUBJECT)).toMatch(/[^\n]\n$/);
  });
});

describe("a package with a licence fact", () => {
  it("has what is declared, what is concluded, and what was detected", () => {
    const licenses = {
      declared: ["MIT"],
      detected: ["MIT", "MIT AND LicenseRef-scancode-x"],
      undeclared: ["LicenseRef-scancode-x"],
      concluded: ["LicenseRef-scancode-x", "MIT"],
      files: [{ path: "LICENSE", sha256: "a".repeat(64) }],
    };
    const listed = { components: [component("a", { licenses })], dependencies: [] };
    const text = toSpdx(listed, SUBJECT);
    const document = JSON.parse(text);
    expect(document.packages[1]).toMatchObject({
      licenseDeclared: "MIT",
      licenseConcluded: "LicenseRef-scancode-x AND MIT",
      licenseComments: "Detected in its licence files: MIT; MIT AND LicenseRef-scancode-x",
    });
    expect(brokenReferences(document, text)).toEqual([]);
  });
});
