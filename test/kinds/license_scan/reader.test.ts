import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RawOutput } from "../../../pipeline/kinds/kind.ts";
import { licenseScan } from "../../../pipeline/kinds/license_scan/index.ts";
import { collectLicenses } from "../../../pipeline/kinds/license_scan/reader.ts";

const FIXTURES = join(import.meta.dirname, "../../../fixtures/kinds/license_scan");
const CASES = ["permissive", "odd", "reworded", "bad_name", "unreadable", "nothing"] as const;

/** A recorded run; `change` alters its text before it is read. */
function recorded(name: string, change: Partial<Record<string, (text: string) => string>> = {}): RawOutput {
  const read = (file: string) => readFileSync(join(FIXTURES, name, file), "utf8");
  return {
    scanRoot: "/scan",
    names: {},
    read: (file) => (change[file] ?? ((text) => text))(read(file)),
    hidden: new Set(),
    stdout: "",
    stderr: "",
    meaning: read("status.txt") === "0\n" ? "clean" : "findings",
  };
}

describe("a recorded report", () => {
  it.each(CASES)("of the tree %s becomes its normal form", async (name) => {
    const report = collectLicenses(recorded(name));
    await expect(`${JSON.stringify(report, undefined, 1)}\n`).toMatchFileSnapshot(join(FIXTURES, name, "report.json"));
    expect(licenseScan.read(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it("keeps a name that is no UTF-8, one with a backslash, and the files of version control systems", () => {
    expect(collectLicenses(recorded("bad_name")).files.map(({ path }) => path)).toEqual(["b\\xffd.py", "good.py"]);
    const { seen } = collectLicenses(recorded("odd"));
    expect(seen).toContain("src/back\\slash.py");
    expect(seen).toContain("CVS/kept.c");
    expect(seen).toContain(".hgignore");
  });

  it("finds the licence of a UTF-16 file", () => {
    const file = collectLicenses(recorded("odd")).files.find(({ path }) => path === "src/wide.c");
    expect(file?.licenseExpression).toBe("AGPL-3.0-only");
  });

  it("says which file could not be scanned, without a path of the machine", () => {
    expect(collectLicenses(recorded("unreadable")).errors).toEqual([
      { path: "secret.py", message: "PermissionError: [Errno 13] Permission denied: '{scan}/tree/secret.py'" },
    ]);
  });
});

describe("lines", () => {
  const [detection] = collectLicenses(recorded("permissive")).files[0]?.detections ?? [];

  it("span all matches of a detection", () => {
    expect(detection).toEqual({ licenseExpression: "MIT", score: 100, startLine: 1, endLine: 21 });
  });

  it("of another file, to which this one refers, are not this one's", () => {
    const report = collectLicenses(
      recorded("permissive", { "scancode.json": (text) => text.replaceAll("tree/LICENSE", "tree/src/nothing.js") }),
    );
    expect(report.files[0]).toEqual({
      path: "LICENSE",
      licenseExpression: "MIT",
      detections: [{ licenseExpression: "MIT", score: 100, from: ["src/nothing.js"] }],
    });
  });
});

describe("a file's licence and its detections", () => {
  /** The report on permissive with other detections in its LICENSE, counted as scancode counts them, and joined by AND as it joins them. */
  const detecting = (expressions: readonly string[], whole = expressions.map((each) => `(${each})`).join(" AND ")) => {
    const report = JSON.parse(recorded("permissive").read("scancode.json"));
    const file = report.files.find(({ path }: { path: string }) => path === "LICENSE");
    const [before] = file.license_detections;
    const [counted] = report.license_detections;
    const others = report.license_detections.filter(
      ({ identifier }: { identifier: string }) => identifier !== before.identifier,
    );
    const named = expressions.map((text) => ({ identifier: `made_up-${text}`, license_expression_spdx: text }));
    file.detected_license_expression_spdx = whole;
    file.license_detections = named.map((more) => ({ ...before, ...more }));
    report.license_detections = [...others, ...named.map((more) => ({ ...counted, ...more, detection_count: 1 }))];
    return collectLicenses(recorded("permissive", { "scancode.json": () => JSON.stringify(report) })).files[0]
      ?.detections.length;
  };

  it("agree also where there are more than an expression may hold, and where one is no expression", () => {
    const many = Array.from({ length: 300 }, (_, index) => `LicenseRef-made-up-${index} OR MIT`);
    expect(detecting(many)).toBe(300);
    expect(detecting(["MIT OR Apache-2.0", "no known words"])).toBe(2);
  });

  it("are refused when the file names a licence that no detection does, or the other way round", () => {
    const refused = "its licence is not what its detections say";
    expect(() => detecting(["MIT", "ISC"], "MIT")).toThrow(refused);
    expect(() => detecting(["MIT"], "MIT AND ISC")).toThrow(refused);
    const many = Array.from({ length: 300 }, (_, index) => `LicenseRef-made-up-${index}`);
    expect(() => detecting(many, many.slice(1).join(" AND "))).toThrow(refused);
    expect(() => detecting(["MIT", "no known words"], "no known words")).toThrow(refused);
  });
});

describe("a report that can't be trusted", () => {
  const refuses = (change: (text: string) => string, file = "scancode.json") =>
    expect(() => collectLicenses(recorded("permissive", { [file]: change }))).toThrow(
      expect.objectContaining({ code: "DOCUMENT_INVALID" }),
    );

  it("is refused when it is cut off or no report at all", () => {
    refuses((text) => text.slice(0, text.length / 2));
    refuses(() => "");
    refuses(() => "{}");
    refuses(() => "[]");
  });

  it("is refused when it was made by another program, in another format or with other options", () => {
    refuses((text) => text.replace('"scancode-toolkit"', '"other"'));
    refuses((text) => text.replace('"output_format_version": "4.1.0"', '"output_format_version": "5.0.0"'));
    refuses((text) => text.replace('"--license": true,', ""));
    refuses((text) => text.replace('"--strip-root": true,', ""));
    refuses((text) => text.replace('"--timeout": 0.0', '"--timeout": 120.0'));
  });

  it("is refused when it lost files or detections", () => {
    refuses((text) => text.replace('"files_count": 7', '"files_count": 8'));
    refuses((text) =>
      text.replace('"detected_license_expression_spdx": "MIT"', '"detected_license_expression_spdx": null'),
    );
    refuses((text) => text.replaceAll('"license_detections"', '"detections"'));
  });

  it("is refused when nothing says what became of the canary", () => {
    refuses(() => "", "canary.json");
    refuses(() => "{}", "canary.json");
    refuses(() => "null", "canary.json");
  });

  it("is refused when it names no error though scancode ended with one", () => {
    const raw = { ...recorded("permissive"), meaning: "findings" as const };
    expect(() => collectLicenses(raw)).toThrow("exit status 1, but no error in it");
  });
});

describe("the canary", () => {
  const found = (change: (text: string) => string) =>
    collectLicenses(recorded("permissive", { "canary.json": change })).canaries;

  it("is found by each way of matching", () => {
    expect(found((text) => text)).toEqual(["1-spdx-id", "2-aho", "3-seq"]);
  });

  it("is found by the others where one way is missing", () => {
    expect(found((text) => text.replace(', "3-seq"', ""))).toEqual(["1-spdx-id", "2-aho"]);
    expect(found((text) => text.replace('"1-spdx-id", ', ""))).toEqual(["2-aho", "3-seq"]);
  });

  it("is not found at all where its licences are not what they must be", () => {
    expect(found((text) => text.replace("0BSD AND ISC AND MIT", "0BSD"))).toEqual([]);
    expect(found((text) => text.replace('"0BSD AND ISC AND MIT"', "null"))).toEqual([]);
    expect(found((text) => text.replace(/"matchers": \[.*?\]/s, '"matchers": []'))).toEqual([]);
  });
});

describe("a hidden file", () => {
  it("counts as not seen, also where a sandbox shows it as an empty one", () => {
    const whole = collectLicenses(recorded("permissive"));
    const hidden = whole.seen[0] as string;
    const report = collectLicenses({ ...recorded("permissive"), hidden: new Set([hidden]) });
    expect(report.seen).toEqual(whole.seen.slice(1));
    expect(report.files.filter(({ path }) => path === hidden)).toEqual([]);
  });
});
