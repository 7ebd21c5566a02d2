import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { judgeGaps } from "../../../pipeline/decide/gaps.ts";
import { licenseScan } from "../../../pipeline/kinds/license_scan/index.ts";
import type { LicenseReport } from "../../../pipeline/kinds/license_scan/reader.ts";
import type { Component } from "../../../schemas/component.ts";
import { Coverage, Finding } from "../../../schemas/finding.ts";
import type { Inventory } from "../../../schemas/inventory.ts";
import { file, inventoryOf, POLICY } from "./tree.ts";

const FIXTURES = join(import.meta.dirname, "../../../fixtures/kinds/license_scan");

function reportOf(name: string): LicenseReport {
  return licenseScan.read(JSON.parse(readFileSync(join(FIXTURES, name, "report.json"), "utf8"))) as LicenseReport;
}

function judge(report: LicenseReport, inventory: Inventory = inventoryOf(report.seen), components: Component[] = []) {
  const judgement = licenseScan.judge({
    report,
    inventory,
    lockfiles: [],
    components: { components, dependencies: [] },
    policy: POLICY,
    mode: "review",
    step: undefined,
    names: {},
  });
  for (const finding of judgement.findings) Finding.parse(finding);
  Coverage.parse(judgement.coverage);
  return judgement;
}

function component(name: string, declaredLicenses: string[], more: Partial<Component> = {}): Component {
  return {
    purl: `pkg:npm/${name}@1.0.0`,
    name,
    version: "1.0.0",
    ecosystem: "npm",
    scope: "runtime",
    declaredLicenses,
    locations: ["package-lock.json"],
    seenBy: ["lockfile"],
    cpes: [],
    hashes: [],
    ...more,
  };
}

const EMPTY: LicenseReport = { canaries: [], spdxListVersion: "3.27", seen: [], files: [], clues: [], errors: [] };

describe("the author's own files", () => {
  it("give no finding where every licence is allowed or none is seen", () => {
    expect(judge(reportOf("permissive"))).toEqual({
      findings: [],
      coverage: { kind: "license_scan", parts: [{ unit: "files", expected: 7, seen: 7, leftOut: [] }], gaps: [] },
      canaries: { expected: ["1-spdx-id", "2-aho", "3-seq"], found: ["1-spdx-id", "2-aho", "3-seq"] },
      problems: [],
    });
  });

  it("give one finding for each licence that is not allowed", () => {
    const { findings } = judge(reportOf("odd"));
    expect(findings.map(({ rule, ruleId, locations }) => [rule, ruleId, locations.map(({ path }) => path)])).toEqual([
      ["license.denied", "AGPL-3.0-only", ["src/wide.c"]],
      ["license.review", "GPL-2.0-only WITH Classpath-exception-2.0", ["src/Exception.java"]],
      ["license.review", "GPL-2.0-or-later", ["src/header.c"]],
      ["license.denied", "GPL-3.0-only", ["CVS/kept.c", "src/a b/two.c", "src/one.c", "src/program.bin"]],
      ["license.review", "LicenseRef-scancode-proprietary-license", ["src/words.txt"]],
      ["license.unknown", "LicenseRef-scancode-unknown", ["src/reference.py"]],
      [
        "license.unknown",
        "LicenseRef-scancode-unknown-license-reference",
        ["src/license-words.txt", "src/reference.py"],
      ],
      ["license.unknown", "LicenseRef-scancode-unknown-spdx", ["src/unknown-tag.c"]],
    ]);
    expect(findings[3]).toMatchObject({
      id: "license-595490c94443",
      severity: "high",
      title: "GPL-3.0-only is on the deny list: CVS/kept.c and 3 more files",
      detail: "seen in 4 places in 4 files; lowest score 100",
    });
    expect(findings[2]?.locations).toEqual([{ path: "src/header.c", startLine: 2, endLine: 5 }]);
  });

  it("give another id as soon as another file has the licence, and the same when only lines move", () => {
    const at = (paths: string[], startLine = 1): LicenseReport => ({
      ...EMPTY,
      seen: paths,
      files: paths.map((path) => ({
        path,
        licenseExpression: "GPL-3.0-only",
        detections: [{ licenseExpression: "GPL-3.0-only", score: 100, startLine, endLine: startLine }],
      })),
    });
    const idOf = (report: LicenseReport) => judge(report).findings[0]?.id;
    expect(idOf(at(["a.c"], 1))).toBe(idOf(at(["a.c"], 7)));
    expect(idOf(at(["a.c"]))).not.toBe(idOf(at(["a.c", "b.c"])));
  });

  it("show at most 50 places, and count them all", () => {
    const paths = Array.from({ length: 60 }, (_, index) => `f${String(index).padStart(2, "0")}.c`);
    const detections = [
      { licenseExpression: "ISC AND GPL-3.0-only", score: 80, startLine: 1, endLine: 2, from: ["COPYING"] },
    ];
    const files = paths.map((path) => ({ path, licenseExpression: "ISC AND GPL-3.0-only", detections }));
    const { findings } = judge({ ...EMPTY, seen: paths, files });
    expect(findings).toHaveLength(1);
    expect(findings[0]?.locations).toHaveLength(50);
    expect(findings[0]?.detail).toBe(
      "seen in 60 places in 60 files, the first 50 of them shown; lowest score 80; by reference to COPYING",
    );
  });
});

describe("components", () => {
  const findingsOf = (...components: Component[]) => judge(EMPTY, inventoryOf([]), components).findings;

  it("give no finding where what they declare is allowed", () => {
    expect(findingsOf(component("a", ["MIT"]), component("b", ["MIT OR GPL-3.0-only"]))).toEqual([]);
  });

  it("give one finding each where it is not", () => {
    const [finding] = findingsOf(component("x", ["GPL-3.0"], { scope: "development" }));
    expect(finding).toEqual({
      id: "license-97f29b4909d7",
      kind: "license_scan",
      class: "license",
      rule: "license.denied",
      ruleId: "GPL-3.0-only",
      severity: "high",
      title: "GPL-3.0-only is on the deny list: pkg:npm/x@1.0.0",
      locations: [{ path: "package-lock.json" }],
      purl: "pkg:npm/x@1.0.0",
      scope: "development",
      next: "replace x by a component under another licence",
    });
  });

  it.each([
    [[], "license.unknown", "NOASSERTION", "unknown"],
    [["UNKNOWN"], "license.unknown", "UNKNOWN", "unknown"],
    [["MIT", "NOASSERTION"], "license.unknown", "MIT AND NOASSERTION", "unknown"],
    [["MIT/Apache-2.0"], "license.unparsable", "MIT/Apache-2.0", "unknown"],
    [["/".repeat(201)], "license.unparsable", "/".repeat(200), "unknown"],
    [["Zlib"], "license.review", "Zlib", "low"],
    [["MIT", "Zlib"], "license.review", "MIT AND Zlib", "low"],
    [["UNLICENSED"], "license.review", "UNLICENSED", "low"],
  ])("that declare %j are %s", (declared, rule, ruleId, severity) => {
    expect(findingsOf(component("x", declared))).toMatchObject([{ rule, ruleId, severity }]);
  });
});

describe("coverage", () => {
  it("names what is left out, with the reason", () => {
    const inventory = inventoryOf(
      ["a.ts", "node_modules/x/index.js"],
      [
        { path: ".git", reason: "version-control" },
        { path: "link", reason: "symlink" },
      ],
    );
    inventory.files.push(file("package-lock.json", { lockfile: "package-lock" }));
    const { coverage, problems } = judge({ ...EMPTY, seen: ["a.ts"] }, inventory);
    expect(coverage).toMatchObject({ parts: [{ expected: 1, seen: 1 }], gaps: [] });
    expect(coverage.parts[0]?.leftOut.map(({ reason, count }) => [reason, count])).toEqual([
      ["installed-dependency", 1],
      ["lockfile", 1],
      ["symlink", 1],
      ["version-control", 1],
    ]);
    expect(problems).toEqual([]);
  });

  it("takes a hidden file that shows up empty for hidden", () => {
    const inventory = inventoryOf(["a.ts"], [{ path: "old.c", reason: "policy" }]);
    expect(judge({ ...EMPTY, seen: ["a.ts", "old.c"] }, inventory).problems).toEqual([]);
  });

  it("is not complete when a file was not read", () => {
    const { coverage, problems } = judge({ ...EMPTY, seen: ["a.ts"] }, inventoryOf(["a.ts", "b.ts"]));
    expect(coverage).toMatchObject({
      parts: [{ unit: "files", expected: 2, seen: 1, leftOut: [] }],
      gaps: [
        {
          id: "gap-c0c6ecbe8a5b",
          code: "file-not-scanned",
          path: "b.ts",
          subject: "b.ts",
          detail: "scancode did not read it",
        },
      ],
    });
    // The gap is the reason, and the only one: its code is never clean.
    expect(problems).toEqual([]);
    const pricing = { policy: POLICY, mode: "review", by: new Map() } as const;
    expect(judgeGaps(coverage.gaps, pricing).map(({ effect }) => effect)).toEqual(["incomplete"]);
  });

  it("is not complete when another tree was read, or a file could not be", () => {
    const messages = (report: LicenseReport) =>
      judge(report, inventoryOf(["a.ts"])).problems.map(({ code, message }) => {
        expect(code).toBe("coverage-gap");
        return message;
      });
    expect(messages({ ...EMPTY, seen: ["a.ts", "foreign.ts"] })).toEqual([
      "scancode: 1 files were scanned that the inventory does not name, the first is foreign.ts",
    ]);
    expect(messages({ ...EMPTY, seen: ["a.ts"], errors: [{ path: "a.ts", message: "IOError" }] })).toEqual([
      "scancode: 1 errors while scanning, the first is a.ts: IOError",
    ]);
    expect(messages({ ...EMPTY, seen: ["a.ts"], errors: [{ path: "", message: "IOError" }] })).toEqual([
      "scancode: 1 errors while scanning, the first is IOError",
    ]);
  });

  it("counts a file that nobody can read as a gap", () => {
    const inventory = inventoryOf(["a.ts"], [{ path: "b.ts", reason: "unreadable", detail: "EACCES" }]);
    expect(judge({ ...EMPTY, seen: ["a.ts"] }, inventory).coverage).toMatchObject({
      parts: [{ unit: "files", expected: 2, seen: 1 }],
      gaps: [{ code: "unreadable", path: "b.ts", detail: "EACCES" }],
    });
  });
});
