import { describe, expect, it } from "vitest";
import { compareVersions } from "../../pipeline/versions/compare.ts";
import { satisfies } from "../../pipeline/versions/satisfies.ts";

describe("the order of versions", () => {
  it.each([
    ["npm", ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0", "1.0.1", "1.10.0", "2.0.0"]],
    ["Go", ["v0.0.0-20200101000000-abcdefabcdef", "v0.1.0", "v1.2.3", "v2.0.0+incompatible"]],
    // PEP 440, "Summary of permitted suffixes and relative ordering".
    [
      "PyPI",
      [
        "1.dev0",
        "1.0.dev456",
        "1.0a1",
        "1.0a2.dev456",
        "1.0a12",
        "1.0b1.dev456",
        "1.0rc1",
        "1.0",
        "1.0+abc.5",
        "1.0+5",
        "1.0.post456.dev34",
        "1.0.post456",
        "1.0.15",
        "1.1.dev1",
        "1!0.1",
      ],
    ],
  ])("of %s", (ecosystem, sorted) => {
    for (const [low, one] of sorted.entries()) {
      for (const [high, other] of sorted.entries()) {
        expect([one, other, compareVersions(ecosystem, one, other)]).toEqual([one, other, Math.sign(low - high)]);
      }
    }
  });

  it.each([
    ["PyPI", "1.0", "1.0.0", 0],
    ["PyPI", "1.0-1", "1.0.post1", 0],
    ["PyPI", "1.0ALPHA1", "1.0a1", 0],
    ["PyPI", "1.0", "french toast", undefined],
    ["npm", "1.0.0+build", "1.0.0", 0],
    ["npm", "latest", "1.0.0", undefined],
    ["Maven", "1", "2", undefined],
  ])("of %s %s and %s is %j", (ecosystem, a, b, order) => {
    expect(compareVersions(ecosystem, a, b)).toBe(order);
  });
});

describe("a range", () => {
  it.each([
    [">=4.17.0 <4.17.21", true],
    [">=4.17.0 <4.17.20", false],
    ["<1.0.0 || =4.17.20", true],
    ["<1.0.0 || >5.0.0", false],
    ["<=latest", undefined],
    ["4.x", undefined],
    ["", undefined],
  ])("%j holds lodash 4.17.20: %j", (range, holds) => {
    expect(satisfies("npm", "4.17.20", range)).toBe(holds);
  });
});
