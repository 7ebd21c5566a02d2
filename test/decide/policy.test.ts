import { describe, expect, it } from "vitest";
import { policyDigest, priceOf, readPolicy } from "../../pipeline/decide/policy.ts";
import { RECOMMENDED } from "../../pipeline/decide/recommended.ts";
import { RULES } from "../../schemas/policy.ts";

const VERSION = "schemaVersion: supply-gate/policy-1\n";
const invalid = (message: string) =>
  expect.objectContaining({ code: "POLICY_INVALID", message: expect.stringContaining(message) });

describe("readPolicy", () => {
  it("takes what the file leaves out from the built-in policy", () => {
    const policy = readPolicy(`${VERSION}block:\n  review: [secret]\n`, "p.yaml");
    expect(policy).toEqual({ ...RECOMMENDED, name: "p.yaml", block: { ...RECOMMENDED.block, review: ["secret"] } });
  });

  it.each([
    ["a misspelt key", `${VERSION}blok: {}\n`, 'p.yaml:2:1: unknown key "blok"; did you mean "block"?'],
    [
      "a misspelt inner key",
      `${VERSION}block:\n  reviev: []\n`,
      'p.yaml:3:3: block: unknown key "reviev"; did you mean "review"?',
    ],
    ["a misspelt rule", `${VERSION}block:\n  release: [secret, vulnerability.hihg]\n`, 'found "vulnerability.hihg"'],
    ["no version", "block: {}\n", "schemaVersion"],
    ["a duplicate key", `${VERSION}register: a\nregister: b\n`, "p.yaml:3:1: Map keys must be unique"],
    ["an alias", `${VERSION}exclude: &x []\nblock: *x\n`, "found an alias"],
    ["two documents", `${VERSION}---\n${VERSION}`, "p.yaml:"],
    ["nothing", "", "p.yaml:1:1"],
    ["deep nesting", `${VERSION}exclude: ${"[".repeat(100)}\n`, "nested deeper than 64"],
  ])("refuses %s and says where", (_what, text, message) => {
    expect(() => readPolicy(text, "p.yaml")).toThrow(invalid(message));
  });

  it("offers the rule that was meant", () => {
    expect(() => readPolicy(`${VERSION}block:\n  release: [vulnerability.hihg]\n`, "p.yaml")).toThrow(
      invalid('did you mean "vulnerability.high"?'),
    );
  });
});

describe("what gaps are worth", () => {
  const gaps = (text: string) => readPolicy(`${VERSION}gaps:\n${text}`, "p.yaml").gaps;

  it("is one word for all of a mode, which leaves nothing of the built-in prices", () => {
    expect(gaps("  review: incomplete\n  release: report\n")).toEqual({
      review: { default: "incomplete", codes: {} },
      release: { default: "report", codes: {} },
    });
  });

  it("is a word for each name, over the built-in prices", () => {
    expect(gaps("  review:\n    codes: {unpinned: incomplete}\n")).toEqual({
      review: { default: "report", codes: { "package-not-read": "incomplete", unpinned: "incomplete" } },
      release: RECOMMENDED.gaps.release,
    });
    expect(gaps("  release:\n    default: report\n    codes:\n      git-dependency: incomplete\n")).toEqual({
      review: RECOMMENDED.gaps.review,
      release: { default: "report", codes: { "git-dependency": "incomplete" } },
    });
    expect(gaps("  review:\n    codes: {package-not-read: report}\n").review.codes).toEqual({
      "package-not-read": "report",
    });
  });

  it("is that of the built-in policy where the file says nothing", () => {
    expect(gaps("  review: {}\n")).toEqual(RECOMMENDED.gaps);
    expect(readPolicy(VERSION, "p.yaml").gaps).toEqual(RECOMMENDED.gaps);
  });

  it.each([
    ["  review: incomplet\n", 'p.yaml:3:11: gaps.review: found "incomplet"', 'did you mean "incomplete"?'],
    ["  review: 7\n", "p.yaml:3:11: gaps.review: found 7, expected one of report, incomplete", ""],
    ["  release: [report]\n", 'p.yaml:3:12: gaps.release: found ["report"], expected one of report, incomplete', ""],
    ["  relaese: report\n", 'p.yaml:3:3: gaps: unknown key "relaese"', 'did you mean "release"?'],
    ["  release: {default: repot}\n", 'gaps.release.default: found "repot"', 'did you mean "report"?'],
    ["  release: {defualt: report}\n", 'gaps.release: unknown key "defualt"', 'did you mean "default"?'],
    ["  release: {unpinned: report}\n", 'gaps.release: unknown key "unpinned"', ""],
    [
      "  release: {codes: {unpined: report}}\n",
      'gaps.release.codes: unknown key "unpined"',
      'did you mean "unpinned"?',
    ],
    [
      "  release: {codes: {unpinned: incomplet}}\n",
      'gaps.release.codes.unpinned: found "incomplet"',
      'did you mean "incomplete"?',
    ],
  ])("is refused as %j", (text, found, hint) => {
    expect(() => gaps(text)).toThrow(invalid(found));
    expect(() => gaps(text)).toThrow(invalid(hint));
  });

  it("A-05 G-10: changes the digest of the policy", () => {
    const digest = (text: string) => policyDigest(readPolicy(`${VERSION}gaps:\n${text}`, "p.yaml"));
    expect(digest("  release: incomplete\n")).toBe(policyDigest(RECOMMENDED));
    expect(digest("  release:\n    codes: {unpinned: report}\n")).not.toBe(policyDigest(RECOMMENDED));
  });
});

describe("the recommended policy", () => {
  it("blocks secrets and malware in a review, and nothing else", () => {
    expect(RULES.filter((rule) => priceOf(RECOMMENDED, "review", rule).blocks)).toEqual(["secret", "malware"]);
  });

  it("A-59 G-04: blocks a release for high and unknown severities, unknown and denied licences, and an incomplete register", () => {
    expect(RULES.filter((rule) => !priceOf(RECOMMENDED, "release", rule).blocks)).toEqual([
      "vulnerability.medium",
      "vulnerability.low",
      "vulnerability.none",
      "informational",
      "license.review",
    ]);
  });

  it("names the line that decides", () => {
    expect(priceOf(RECOMMENDED, "release", "vulnerability.high").because).toBe(
      "recommended: block.release names vulnerability.high",
    );
  });

  it("has the same digest under another name", () => {
    expect(policyDigest({ ...RECOMMENDED, name: "mine.yaml" })).toBe(policyDigest(RECOMMENDED));
    expect(policyDigest({ ...RECOMMENDED, register: "r.yaml" })).not.toBe(policyDigest(RECOMMENDED));
  });
});
