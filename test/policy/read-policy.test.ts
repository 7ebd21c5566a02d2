import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { BUILT_IN } from "../../pipeline/policy/built-in.ts";
import { policyDigest, readPolicy } from "../../pipeline/policy/read-policy.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";

const VERSION = "schemaVersion: supply-gate/policy-1\n";
const invalid = (message: string) =>
  expect.objectContaining({ code: "POLICY_INVALID", message: expect.stringContaining(message) });
const RULE = "  - id: quiet\n    class: secret\n    path: [docs]\n    effect: report\n";

describe("readPolicy", () => {
  it("puts its own rules before those of what it extends, each with its line", () => {
    const policy = readPolicy(`${VERSION}rules:\n${RULE}`, "p.yaml");
    expect(policy).toEqual({
      ...RECOMMENDED,
      name: "p.yaml",
      rules: [{ id: "quiet", class: "secret", path: ["docs"], effect: "report", at: "p.yaml:3" }, ...RECOMMENDED.rules],
    });
  });

  it.each(["recommended", "strict", "observe"] as const)("extends the built-in %s", (name) => {
    expect(readPolicy(`${VERSION}extends: ${name}\n`, "p.yaml")).toEqual({ ...BUILT_IN[name], name: "p.yaml" });
  });

  it.each([
    ["a misspelt key", `${VERSION}ruels: []\n`, 'p.yaml:2:1: unknown key "ruels"; did you mean "rules"?'],
    ["a misspelt selector", `${VERSION}rules:\n${RULE.replace("path", "paht")}`, 'did you mean "path"?'],
    ["a misspelt class", `${VERSION}rules:\n${RULE.replace("secret", "secrte")}`, 'did you mean "secret"?'],
    ["a misspelt effect", `${VERSION}rules:\n${RULE.replace("report", "repport")}`, 'did you mean "report"?'],
    ["a misspelt built-in", `${VERSION}extends: recomended\n`, 'did you mean "recommended"?'],
    ["no version", "rules: []\n", "schemaVersion"],
    ["a duplicate key", `${VERSION}register: a\nregister: b\n`, "p.yaml:3:1: Map keys must be unique"],
    ["an alias", `${VERSION}exclude: &x []\nrules: *x\n`, "found an alias"],
    ["two documents", `${VERSION}---\n${VERSION}`, "p.yaml:"],
    ["nothing", "", "p.yaml:1:1"],
    ["deep nesting", `${VERSION}exclude: ${"[".repeat(100)}\n`, "nested deeper than 64"],
    ["an id that is there twice", `${VERSION}rules:\n${RULE}${RULE}`, "p.yaml:7:9: rules: found the id quiet twice"],
    [
      "a selector that says nothing about its class",
      `${VERSION}rules:\n${RULE.replace("path: [docs]", "severity: [high]")}`,
      "says nothing about class secret",
    ],
    [
      "an effect that its class can't have",
      `${VERSION}rules:\n${RULE.replace("report", "incomplete")}`,
      "found incomplete, expected block or report for class secret",
    ],
    [
      "a misspelt licence",
      `${VERSION}licenses:\n  allow:\n    - MIT\n    - Apache2.0\n`,
      'p.yaml:5:7: licenses.allow: found "Apache2.0"',
    ],
    ["a compound licence", `${VERSION}licenses: {deny: [MIT OR ISC]}\n`, "expected one licence per entry"],
    ["a pattern", `${VERSION}exclude: [{path: "docs/**", reason: x}]\n`, "expected a file or a folder"],
    ["a path that leaves the tree", `${VERSION}exclude: [{path: ../x, reason: x}]\n`, "below the tree's root"],
    [
      "a purl of no type",
      `${VERSION}rules: [{id: a, class: license, purl: ["pkg:nmp/x"], effect: report}]\n`,
      'found the purl type "nmp"; did you mean "npm"?',
    ],
  ])("refuses %s and says where", (_what, text, message) => {
    expect(() => readPolicy(text, "p.yaml")).toThrow(invalid(message));
  });

  it("offers the licence that was meant", () => {
    expect(() => readPolicy(`${VERSION}licenses: {allow: [Apache2.0]}\n`, "p.yaml")).toThrow(
      invalid('did you mean "Apache-2.0"?'),
    );
  });
});

describe("a policy that extends a file", () => {
  const team = `${VERSION}extends: strict\nrules:\n${RULE}`;
  const sha256 = createHash("sha256").update(team).digest("hex");
  const text = (digest: string) => `${VERSION}extends: {file: team.yaml, sha256: "${digest}"}\n`;

  it("has its rules, with their lines there", () => {
    const policy = readPolicy(text(sha256), "p.yaml", () => team);
    expect(policy.rules[0]?.at).toBe("team.yaml:4");
    expect(policy.rules.slice(1)).toEqual(BUILT_IN.strict.rules);
    expect(policy.waivers.maxDays).toBe(90);
  });

  it("is refused when that file has another digest", () => {
    expect(() => readPolicy(text("a".repeat(64)), "p.yaml", () => team)).toThrow(
      invalid(`p.yaml:2:10: extends: team.yaml: found sha256 ${sha256}`),
    );
  });

  it("is refused when that file names further files, whose place would be another", () => {
    const own = `${VERSION}register: r.yaml\n`;
    const digest = createHash("sha256").update(own).digest("hex");
    expect(() => readPolicy(text(digest), "p.yaml", () => own)).toThrow(invalid("found register"));
  });
});

describe("policyDigest", () => {
  it("A-05 G-10: is of what a policy says, not of its name or lines", () => {
    expect(policyDigest({ ...RECOMMENDED, name: "mine.yaml" })).toBe(policyDigest(RECOMMENDED));
    expect(policyDigest(readPolicy(VERSION, "p.yaml"))).toBe(policyDigest(RECOMMENDED));
    const [one, other] = [`${VERSION}rules:\n${RULE}`, `${VERSION}\n\nrules:\n${RULE}`].map((text) =>
      policyDigest(readPolicy(text, "p.yaml")),
    );
    expect(one).toBe(other);
    expect(one).not.toBe(policyDigest(RECOMMENDED));
  });
});
