import { describe, expect, it } from "vitest";
import { rate, severityOfScore, severityOfVector } from "../../pipeline/findings/severity.ts";

const HIGH_V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H";

describe("severityOfVector", () => {
  it.each([
    ["CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "critical"],
    ["CVSS_V3", HIGH_V31, "high"],
    ["CVSS_V3", "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", "medium"],
    ["CVSS_V3", "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", "low"],
    ["CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "none"],
    ["CVSS_V4", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "critical"],
    ["CVSS_V2", "AV:N/AC:L/Au:N/C:C/I:C/A:C", "critical"],
    ["CVSS_V2", "AV:N/AC:L/Au:N/C:P/I:P/A:P", "high"],
    ["Ubuntu", "medium", "medium"],
  ])("scores %s %s as %s", (type, vector, expected) => {
    expect(severityOfVector(vector, type)).toBe(expected);
  });

  it.each([
    ["an empty text", ""],
    ["a value that does not exist", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"],
    ["an incomplete vector", "CVSS:3.1/AV:N"],
    ["a metric given twice", `${HIGH_V31}/A:N`],
    ["a version of the future", "CVSS:5.0/AV:N/AC:L"],
    ["a plain number", "7.5"],
    ["an unknown word", "scary"],
  ])("calls %s unknown, never none", (_what, vector) => {
    expect(severityOfVector(vector, "CVSS_V3")).toBe("unknown");
  });
});

describe("severityOfScore", () => {
  it.each([
    [0, "none"],
    [0.1, "low"],
    [3.9, "low"],
    [4, "medium"],
    [6.9, "medium"],
    [7, "high"],
    [8.9, "high"],
    [9, "critical"],
    [10, "critical"],
    [Number.NaN, "unknown"],
    [-1, "unknown"],
    [11, "unknown"],
  ])("rates %d as %s", (score, expected) => {
    expect(severityOfScore(score)).toBe(expected);
  });
});

describe("rate", () => {
  it("H-10: says unknown and names no source when no source knows a severity", () => {
    expect(rate([{ id: "GO-1" }], "m", "Go", [""])).toEqual({ severity: "unknown", source: "none" });
  });

  it("H-10: takes the highest of all sources and names it", () => {
    const record = {
      id: "GHSA-a",
      severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N" }],
      database_specific: { severity: "MODERATE" },
    };
    expect(rate([record], "p", "npm", ["7.0"])).toEqual({ severity: "high", source: "osv-scanner: 7.0" });
  });

  it("reads a vector that stands only under the affected package, by its normalised name", () => {
    const affected = [
      { package: { name: "Foo.Bar", ecosystem: "PyPI" }, severity: [{ type: "CVSS_V3", score: HIGH_V31 }] },
    ];
    expect(rate([{ id: "PYSEC-1", affected }], "foo-bar", "PyPI", [])).toEqual({
      severity: "high",
      source: `PYSEC-1: ${HIGH_V31}`,
    });
  });

  it("does not take another package's vector", () => {
    const affected = [
      { package: { name: "other", ecosystem: "npm" }, severity: [{ type: "CVSS_V3", score: HIGH_V31 }] },
    ];
    expect(rate([{ id: "X-1", affected }], "mine", "npm", []).severity).toBe("unknown");
  });

  it("lets an unreadable vector weigh more than a medium one", () => {
    const severity = [
      { type: "CVSS_V3", score: "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N" },
      { type: "CVSS_V9", score: "garbage" },
    ];
    expect(rate([{ id: "X-2", severity }], "p", "npm", []).severity).toBe("unknown");
  });

  it("H-10: makes malware critical whatever else is said", () => {
    expect(rate([{ id: "MAL-2024-1", database_specific: { severity: "LOW" } }], "p", "npm", [])).toEqual({
      severity: "critical",
      source: "MAL-2024-1: malware",
    });
  });
});
