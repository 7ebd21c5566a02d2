import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInRange } from "../../../pipeline/protocol/gates/version-range.ts";

describe("isInRange", () => {
  it.each<[string, string, boolean]>([
    ["1.0.0", ">=1.0", true],
    ["1.0.0", ">=1.0.0 <2.0.0", true],
    ["2.0.0", ">=1.0.0 <2.0.0", false],
    ["1.0.0", ">=99", false],
    ["1.9.9", "1", true],
    ["2.0.0", "1.x", false],
    ["1.2.3", "1.2.*", true],
    ["7.0.0", "*", true],
    ["1.2.3", "=1.2.3", true],
    ["1.2.4", "1.2.3", false],
    ["1.9.0", "^1.2.3", true],
    ["1.2.2", "^1.2.3", false],
    ["2.0.0", "^1.2.3", false],
    ["0.2.9", "^0.2.3", true],
    ["0.3.0", "^0.2.3", false],
    ["0.0.4", "^0.0.3", false],
    ["0.0.9", "^0.0", true],
    ["0.9.0", "^0", true],
    ["1.2.9", "~1.2.3", true],
    ["1.3.0", "~1.2.3", false],
    ["1.9.0", "~1", true],
    ["2.0.0", ">1", true],
    ["1.9.9", ">1", false],
    ["1.9.9", "<=1", true],
    ["2.0.0", "<=1", false],
    ["1.0.0", "<1", false],
    ["1.0.0", ">*", false],
    ["1.0.0", "<*", false],
    ["1.0.0", "<=*", true],
    ["3.1.0", "1 || ^3.0", true],
    ["2.0.0", "1 || ^3.0", false],
    ["1.5.0", ">= 1.0 < 2", true],
    ["10.0.0", ">9.0.0", true],
  ])("K-33: %s in %s is %s", (version, range, expected) => {
    expect(isInRange(version, range)).toBe(expected);
  });

  it.each([
    "",
    " ",
    "latest",
    "1.0.0-rc.1",
    ">=1.0 ||",
    "1 - 2",
    "=>1",
    "1.2.3.4",
    "1..2",
    "9".repeat(10),
    "1 ".repeat(101),
    "[1,2)",
  ])("K-33: %j is no range", (range) => {
    expect(isInRange("1.0.0", range)).toBe(null);
  });

  it.each(["1.0", "", "v1.0.0", "1.0.0-rc.1"])("%j is no version", (version) => {
    expect(isInRange(version, "*")).toBe(null);
  });

  it("holds for a version exactly between its neighbours", () => {
    const part = fc.nat(20);
    fc.assert(
      fc.property(part, part, part, (major, minor, patch) => {
        const version = `${major}.${minor}.${patch}`;
        expect(isInRange(version, version)).toBe(true);
        expect(isInRange(version, `>${version}`)).toBe(false);
        expect(isInRange(version, `<${version}`)).toBe(false);
        expect(isInRange(version, `>=${version} <=${version}`)).toBe(true);
        expect(isInRange(version, `^${version}`)).toBe(true);
        expect(isInRange(`${major}.${minor}.${patch + 1}`, `>${version}`)).toBe(true);
        expect(isInRange(`${major + 1}.0.0`, `^${version} || ~${version}`)).toBe(false);
      }),
      { seed: 5 },
    );
  });
});
