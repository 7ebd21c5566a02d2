import { expect, it } from "vitest";
import { readWaivers } from "../../pipeline/waivers/read-waivers.ts";

const TERMS = { maxDays: 90, warnDays: 7 };
const entry = (lines: string) =>
  `schemaVersion: supply-gate/waivers-1\nwaivers:\n  - what: {vulnerability: CVE-2021-23337}\n${lines}    reason: made up for a test\n    owner: a\n    approver: b\n    created: 2026-01-01\n    expires: 2026-03-01\n`;
const PLACE = "    where: {purl: pkg:npm/lodash@4.17.20}\n";

it("G-12: reads what, where, why, who, from when and until when", () => {
  expect(readWaivers(entry(PLACE), "w.yaml", TERMS).waivers[0]).toEqual({
    what: { vulnerability: "CVE-2021-23337" },
    where: { purl: "pkg:npm/lodash@4.17.20" },
    reason: "made up for a test",
    owner: "a",
    approver: "b",
    created: "2026-01-01",
    expires: "2026-03-01",
  });
});

it.each([
  ["no place", entry(""), "found no place, expected exactly where"],
  ["every version", entry("    where: {purl: pkg:npm/lodash}\n"), "found every version of pkg:npm/lodash"],
  ["a range without end", entry('    where: {purl: pkg:npm/lodash, versions: ">=4"}\n'), "no upper end"],
  ["no range", entry("    where: {purl: pkg:npm/lodash, versions: 4.x}\n"), "expected comparators"],
  ["the whole tree", entry("    where: {path: .}\n"), "found the whole tree"],
  ["a pattern", entry('    where: {path: "**"}\n'), "patterns are not read"],
  ["a misspelt key", entry(PLACE).replace("owner", "ownr"), 'did you mean "owner"?'],
  ["no end", entry(PLACE).replace(/ {4}expires.*\n/, ""), "expires"],
  ["nobody who agreed", entry(PLACE).replace(/ {4}approver.*\n/, ""), "approver"],
  ["an end before its beginning", entry(PLACE).replace("2026-03-01", "2025-12-31"), "before it was created"],
  ["a life that is too long", entry(PLACE).replace("2026-03-01", "2026-04-02"), "w.yaml:9:14: found 91 days"],
  ["two subjects", entry(PLACE).replace("23337}", "23337, gap: archive}"), "expected exactly one of"],
  ["a misspelt gap", entry(PLACE).replace("vulnerability: CVE-2021-23337", "gap: archiv"), 'did you mean "archive"?'],
])("refuses %s", (_what, text, message) => {
  expect(() => readWaivers(text, "w.yaml", TERMS)).toThrow(
    expect.objectContaining({ code: "WAIVERS_INVALID", message: expect.stringContaining(message) }),
  );
});
