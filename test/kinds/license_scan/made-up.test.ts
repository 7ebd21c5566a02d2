import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RawOutput } from "../../../pipeline/kinds/kind.ts";
import { collectLicenses } from "../../../pipeline/kinds/license_scan/reader.ts";

const RECORDED = join(import.meta.dirname, "../../../fixtures/kinds/license_scan/permissive");
const read = (file: string) => readFileSync(join(RECORDED, file), "utf8");

const match = (from_file: string, start_line: number, end_line = start_line, score = 100) => ({
  ...{ from_file, start_line, end_line, score },
});

const detection = (license_expression_spdx: string, ...matches: ReturnType<typeof match>[]) => ({
  identifier: `of ${license_expression_spdx}`,
  license_expression_spdx,
  matches,
});

/** A file as scancode reports it, with everything that it detects there. */
function file(path: string, whole: string | null, detections: ReturnType<typeof detection>[] = [], more: object = {}) {
  return {
    ...{ path, type: "file", detected_license_expression_spdx: whole, license_detections: detections },
    ...{ license_clues: [], scan_errors: [] },
    ...more,
  };
}

/** The report of one run of scancode on these, which counts its files and detections as it does. */
function rawOf(
  files: readonly ReturnType<typeof file>[],
  errors: string[] = [],
  more: Partial<RawOutput> = {},
): RawOutput {
  const report = JSON.parse(read("scancode.json"));
  const all = files.flatMap(({ license_detections }) => license_detections);
  const counted = new Map(all.map((each) => [each.identifier, each]));
  report.headers[0].errors = errors;
  report.headers[0].extra_data.files_count = files.length;
  report.files = [...files, { ...file("src", null), type: "directory" }];
  report.license_detections = [...counted.values()].map((each) => ({
    ...each,
    detection_count: all.filter(({ identifier }) => identifier === each.identifier).length,
  }));
  const texts: Readonly<Record<string, string>> = { "scancode.json": JSON.stringify(report) };
  return {
    ...{ scanRoot: "/scan", names: {}, hidden: new Set(), stdout: "", stderr: "", meaning: "clean" },
    read: (name) => texts[name] ?? read(name),
    ...more,
  };
}

const collect = (...given: Parameters<typeof rawOf>) => collectLicenses(rawOf(...given));
const refused = (message: string) => expect.objectContaining({ code: "DOCUMENT_INVALID", message });

describe("an unsorted report", () => {
  it("becomes one that is sorted by file and line", () => {
    const files = [
      file("z.c", "MIT", [detection("MIT", match("tree/z.c", 3))]),
      file("src/m.c", "MIT AND ISC AND 0BSD", [
        detection("MIT", match("tree/src/m.c", 10, 12, 90), match("tree/src/m.c", 14, 20, 80.5)),
        detection("MIT", match("tree/src/m.c", 9, 100)),
        detection("ISC", match("tree/src/m.c", 9, 11)),
        detection(
          "0BSD",
          match("tree/src/m.c", 9, 11),
          match("tree/Z", 1, 5, 70),
          match("tree/A", 7),
          match("tree/Z", 9),
        ),
        detection("MIT", match("tree/LICENSE", 1, 21)),
      ]),
      file("a.c", null, [], {
        license_clues: [{}, {}],
        scan_errors: ["ERROR: a\nTraceback\n  \nValueError: /scan/tree/a.c \u0007\n"],
      }),
    ];
    expect(collect(files, ["Path: tree/a.c"], { meaning: "findings" })).toEqual({
      canaries: ["1-spdx-id", "2-aho", "3-seq"],
      spdxListVersion: "3.27",
      seen: ["a.c", "src/m.c", "z.c"],
      files: [
        {
          path: "src/m.c",
          licenseExpression: "MIT AND ISC AND 0BSD",
          detections: [
            { licenseExpression: "MIT", score: 100, from: ["LICENSE"] },
            { licenseExpression: "0BSD", score: 70, startLine: 9, endLine: 11, from: ["A", "Z"] },
            { licenseExpression: "ISC", score: 100, startLine: 9, endLine: 11 },
            { licenseExpression: "MIT", score: 100, startLine: 9, endLine: 100 },
            { licenseExpression: "MIT", score: 80.5, startLine: 10, endLine: 20 },
          ],
        },
        {
          path: "z.c",
          licenseExpression: "MIT",
          detections: [{ licenseExpression: "MIT", score: 100, startLine: 3, endLine: 3 }],
        },
      ],
      clues: [{ path: "a.c", count: 2 }],
      errors: [{ path: "a.c", message: "ValueError: {scan}/tree/a.c \\u0007" }],
    });
  });

  it("keeps scancode's order of detections that say the same of the same lines", () => {
    const scores = [30, 10, 20];
    const same = scores.map((score) => detection("MIT", match("tree/a.c", 1, 2, score)));
    const { files } = collect([file("a.c", "MIT", same)]);
    expect(files[0]?.detections.map(({ score }) => score)).toEqual(scores);
  });
});

describe("errors", () => {
  const broken = file("a.c", null, [], { scan_errors: ["ValueError: no\n"] });

  it("of the whole scan count where no file says any", () => {
    expect(collect([file("a.c", null)], ["Traceback\nPath: /scan/tree/a.c"]).errors).toEqual([
      { path: "", message: "Path: {scan}/tree/a.c" },
    ]);
  });

  it("of the whole scan are left out where a file says them", () => {
    expect(collect([broken], ["Path: tree/a.c"]).errors).toEqual([{ path: "a.c", message: "ValueError: no" }]);
  });

  it("are told in 300 characters at most", () => {
    const [error] = collect([file("a.c", null)], ["x".repeat(301)]).errors;
    expect(error?.message).toBe("x".repeat(300));
  });
});

describe("a report is refused, with its reason,", () => {
  const mit = detection("MIT", match("tree/a.c", 1));

  it("when it is none", () => {
    const without = (name: string) => () =>
      collect([], [], { read: (asked) => (asked === name ? "" : rawOf([]).read(asked)) });
    const found = "found an empty document, expected a JSON document";
    expect(without("scancode.json")).toThrow(refused(`scancode report: ${found}`));
    expect(without("canary.json")).toThrow(refused(`scancode canary: ${found}`));
  });

  it("when it lost files", () => {
    const raw = rawOf([file("a.c", null)]);
    const fewer = (name: string) => raw.read(name).replace('"files_count":1', '"files_count":2');
    const message = "scancode report: found 1 files, expected 2 by its own count";
    expect(() => collectLicenses({ ...raw, read: fewer })).toThrow(refused(message));
  });

  it("when it names no error though scancode ended with one", () => {
    const message = "scancode report: exit status 1, but no error in it, expected the file that could not be scanned";
    expect(() => collect([file("a.c", "MIT", [mit])], [], { meaning: "findings" })).toThrow(refused(message));
  });

  it("when a file has a licence without a detection, or the other way round", () => {
    const message = (path: string) => `scancode report: ${path}: a licence without a detection, or the other way round`;
    expect(() => collect([file("a\u0007.c", "MIT")])).toThrow(refused(message("a\\u0007.c")));
    expect(() => collect([file("a.c", null, [mit])])).toThrow(refused(message("a.c")));
  });

  it("when a file's licence is not what its detections say, even where the names run together", () => {
    const message = "scancode report: a\\u0007.c: its licence is not what its detections say";
    const [a, b] = ["LicenseRef-a", "LicenseRef-b"];
    const both = [detection(a, match("tree/a.c", 1)), detection(b, match("tree/a.c", 2))];
    expect(() => collect([file("a\u0007.c", `${a}${b}`, both)])).toThrow(refused(message));
    expect(collect([file("a.c", `${b} AND ${a}`, both)]).files[0]?.detections).toHaveLength(2);
  });
});
