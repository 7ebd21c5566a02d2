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

describe("the recommended policy", () => {
  it("blocks secrets and malware in a review, and nothing else", () => {
    expect(RULES.filter((rule) => priceOf(RECOMMENDED, "review", rule).blocks)).toEqual(["secret", "malware"]);
  });

  it("blocks a release for high and unknown severities, unknown and denied licences, and an incomplete register", () => {
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
