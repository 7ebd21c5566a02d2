import { describe, expect, it } from "vitest";
import { deadArchiveClarifications, detectedIn } from "../../../pipeline/kinds/license_scan/clarify-archives.ts";
import type { Component } from "../../../schemas/component.ts";
import type { LicenseFact } from "../../../schemas/license-fact.ts";
import type { Clarification } from "../../../schemas/policy.ts";

const TEXT = "a".repeat(64);
const FACT: LicenseFact = {
  schemaVersion: "supply-gate/license-fact-1",
  purl: "pkg:npm/a@1.0.0",
  archive: { sha256: "b".repeat(64), bytes: 1, locked: { algorithm: "sha1", value: "c".repeat(40) } },
  declared: [],
  files: [
    { path: "COPYING", sha256: "d".repeat(64), bytes: 1, detected: null },
    { path: "LICENSE", sha256: TEXT, bytes: 1, detected: "CDDL-1.1" },
  ],
  scanner: null,
  ignored: [],
  ignoredCounts: {},
  digest: "e".repeat(64),
};
const said = (more: Partial<Clarification> = {}): Clarification => ({
  purl: "pkg:npm/a",
  path: "LICENSE",
  sha256: TEXT,
  license: "MIT",
  reason: "read by somebody",
  ...more,
});
const component = (purl: string, files?: LicenseFact["files"]): Component => ({
  purl,
  name: "a",
  version: "1.0.0",
  ecosystem: "npm",
  scope: "runtime",
  declaredLicenses: [],
  locations: [],
  seenBy: ["lockfile"],
  cpes: [],
  hashes: [],
  ...(files === undefined ? {} : { licenses: { declared: [], detected: [], undeclared: [], concluded: [], files } }),
});
const titles = (clarify: Clarification[], ...components: Component[]) =>
  deadArchiveClarifications(clarify, components).map(({ title }) => title);

describe("a clarification of an archive's file", () => {
  it("stands for what was detected in that very text of that package, in any version unless it names one", () => {
    expect(detectedIn(FACT, [said()])).toEqual(["MIT"]);
    expect(detectedIn(FACT, [said({ purl: "pkg:npm/a@1.0.0" })])).toEqual(["MIT"]);
  });

  it.each([
    ["another text", { sha256: "f".repeat(64) }],
    ["another file", { path: "COPYING" }],
    ["another package", { purl: "pkg:npm/b" }],
    ["another version", { purl: "pkg:npm/a@2.0.0" }],
  ])("says nothing about %s", (_what, more) => {
    expect(detectedIn(FACT, [said(more)])).toEqual(["CDDL-1.1"]);
  });

  it("does not speak of the tree's file of that name", () => {
    const { purl: _purl, ...ofTree } = said();
    expect(detectedIn(FACT, [ofTree])).toEqual(["CDDL-1.1"]);
    expect(titles([ofTree])).toEqual([]);
  });

  it("is dead with another text, without the file, and without the package", () => {
    const present = component("pkg:npm/a@1.0.0", FACT.files);
    expect(titles([said()], present)).toEqual([]);
    expect(titles([said({ sha256: "f".repeat(64) })], present)).toEqual([
      "the policy says what LICENSE of pkg:npm/a says, but its text is another one now",
    ]);
    expect(titles([said({ path: "NOTICE" })], present)).toEqual([
      "the policy says what NOTICE of pkg:npm/a says, but its archive has no such file",
    ]);
    expect(titles([said()], component("pkg:npm/b@1.0.0", FACT.files))).toEqual([
      "the policy says what LICENSE of pkg:npm/a says, but there is no such package",
    ]);
  });

  it("is neither alive nor dead while nothing is known of the archive", () => {
    expect(titles([said()], component("pkg:npm/a@1.0.0"))).toEqual([]);
  });
});
