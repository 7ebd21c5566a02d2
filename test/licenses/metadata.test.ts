import { describe, expect, it } from "vitest";
import { declaredInCargoToml } from "../../pipeline/licenses/declared/cargo-toml.ts";
import { declaredInCoreMetadata } from "../../pipeline/licenses/declared/core-metadata.ts";
import { declaredInPackageJson } from "../../pipeline/licenses/declared/package-json.ts";

const raws = (metadata: { declared: readonly { raw: string }[] } | undefined) =>
  metadata?.declared.map(({ raw }) => raw);

describe("package.json", () => {
  it.each([
    ["a string", '{"license":"MIT"}', ["MIT"]],
    ["an object", '{"license":{"type":"ISC","url":"x"}}', ["ISC"]],
    ["the older list", '{"licenses":[{"type":"MIT"},{"type":"GPL-2.0"}]}', ["MIT", "GPL-2.0"]],
    ["the older list as one", '{"licenses":{"type":"MIT"}}', ["MIT"]],
    ["both", '{"license":"MIT","licenses":["ISC"]}', ["MIT", "ISC"]],
    ["something else, as it stands", '{"license":{"name":"MIT"}}', ['{"name":"MIT"}']],
    ["nothing", '{"license":""}', []],
    ["a byte order mark in front", '\uFEFF{"license":"MIT"}', ["MIT"]],
  ])("declares by %s", (_what, text, expected) => {
    expect(raws(declaredInPackageJson(text))).toEqual(expected);
  });

  it("names the file that it sends to", () => {
    expect(declaredInPackageJson('{"license":"SEE LICENSE IN ./legal/TERMS.md"}')?.licenseFiles).toEqual([
      "legal/TERMS.md",
    ]);
  });

  it.each(["{", "[]", "null", "1"])("is none: %s", (text) => {
    expect(declaredInPackageJson(text)).toBeUndefined();
  });
});

describe("Cargo.toml", () => {
  it("declares license and license-file", () => {
    expect(declaredInCargoToml('[package]\nlicense = "MIT/Apache-2.0"\nlicense-file = "./COPYING.txt"\n')).toEqual({
      declared: [{ raw: "MIT/Apache-2.0", from: "Cargo.toml#package.license" }],
      licenseFiles: ["COPYING.txt"],
    });
  });

  it("declares nothing where it inherits from a workspace that is not there", () => {
    expect(raws(declaredInCargoToml("[package]\nlicense.workspace = true\n"))).toEqual([]);
    expect(declaredInCargoToml("[package")).toBeUndefined();
  });
});

describe("PKG-INFO and METADATA", () => {
  it("declare by expression, field and licence classifiers, and end at the first empty line", () => {
    const text = [
      "Metadata-Version: 2.4",
      "License-Expression: MIT OR ISC",
      "License: MIT",
      "Classifier: Programming Language :: Python",
      "classifier: License :: OSI Approved :: MIT License",
      "License-File: LICENSE",
      "License-File: legal/NOTICE",
      "",
      "License: in the description",
    ].join("\r\n");
    expect(declaredInCoreMetadata("made-1.0.dist-info/METADATA", text)).toEqual({
      declared: [
        { raw: "MIT OR ISC", from: "METADATA#License-Expression" },
        { raw: "MIT", from: "METADATA#License" },
        { raw: "License :: OSI Approved :: MIT License", from: "METADATA#classifier" },
      ],
      licenseFiles: [
        "made-1.0.dist-info/licenses/LICENSE",
        "made-1.0.dist-info/LICENSE",
        "made-1.0.dist-info/licenses/legal/NOTICE",
        "made-1.0.dist-info/legal/NOTICE",
      ],
      texts: [],
    });
    expect(declaredInCoreMetadata("PKG-INFO", "License-File: COPYING\n").licenseFiles).toEqual(["COPYING"]);
  });

  it("give a field of several lines to the scanner: it is a text, not a name", () => {
    const text = "Name: a\nLicense: Copyright\n        |Permission is granted\n\tto anybody\nVersion: 1\n";
    expect(declaredInCoreMetadata("PKG-INFO", text)).toEqual({
      declared: [],
      licenseFiles: [],
      texts: [{ path: "PKG-INFO#License", text: "Copyright\nPermission is granted\nto anybody\n" }],
    });
  });

  it("declare nothing by UNKNOWN", () => {
    expect(raws(declaredInCoreMetadata("PKG-INFO", "License: UNKNOWN\nLicense-Expression:\n"))).toEqual([]);
  });

  it("cut what nobody would read on", () => {
    const [raw] = raws(declaredInCoreMetadata("PKG-INFO", `License: ${"x".repeat(5000)}\n`)) ?? [];
    expect(raw).toBe(`${"x".repeat(4000)}…`);
  });
});
