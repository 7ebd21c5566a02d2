import { describe, expect, it } from "vitest";
import { OBSERVE } from "../../pipeline/policy/observe.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";
import { rulingOn, staleRule } from "../../pipeline/policy/rules.ts";
import { STRICT } from "../../pipeline/policy/strict.ts";
import type { Mode } from "../../schemas/common.ts";
import type { Finding, FindingClass } from "../../schemas/finding.ts";
import type { EffectiveRule, Policy } from "../../schemas/policy.ts";

const WORDS = [
  "secret",
  "malware",
  "vulnerability.critical",
  "vulnerability.high",
  "vulnerability.medium",
  "vulnerability.low",
  "vulnerability.none",
  "vulnerability.unknown",
  "informational",
  "license.denied",
  "license.review",
  "license.unknown",
  "license.unparsable",
  "register.missing",
  "register.dead",
  "waiver.expired",
  "waiver.expiring",
] as const;

function finding(rule: string, more: Partial<Finding> = {}): Finding {
  const [name = "", word = ""] = rule.split(".");
  return {
    id: "x-000000000000",
    kind: "vuln_scan",
    class: name as FindingClass,
    rule,
    ruleId: "X-1",
    severity: name === "vulnerability" ? (word as Finding["severity"]) : "none",
    title: "",
    locations: [{ path: "apps/web/package-lock.json" }],
    next: "",
    ...more,
  };
}

const blocked = (policy: Policy, mode: Mode, more: Partial<Finding> = {}) =>
  WORDS.filter((word) => rulingOn(finding(word, more), policy, mode).effect === "block");

describe("the built-in policies", () => {
  it("recommended: blocks secrets and malware in a review, and nothing else", () => {
    expect(blocked(RECOMMENDED, "review")).toEqual(["secret", "malware"]);
  });

  it("recommended: of a change, blocks what it introduces and lists what was there or is news", () => {
    expect(blocked(RECOMMENDED, "review", { origin: "introduced" })).toEqual([
      "secret",
      "malware",
      "vulnerability.critical",
      "vulnerability.high",
      "license.denied",
    ]);
    expect(blocked(RECOMMENDED, "review", { origin: "already-there" })).toEqual([]);
    expect(blocked(RECOMMENDED, "review", { origin: "new-advisory" })).toEqual([]);
  });

  it("A-59 G-04: recommended: blocks a release for high and unknown severities, unknown and denied licences, an incomplete register", () => {
    const all = [
      "secret",
      "malware",
      "vulnerability.critical",
      "vulnerability.high",
      "vulnerability.unknown",
      "license.denied",
      "license.unknown",
      "license.unparsable",
      "register.missing",
    ];
    expect(blocked(RECOMMENDED, "release")).toEqual(all);
    expect(blocked(RECOMMENDED, "release", { origin: "already-there" })).toEqual(all);
  });

  it("recommended: blocks a release for a low vulnerability that is known to be exploited", () => {
    expect(blocked(RECOMMENDED, "release", { kev: true })).toContain("vulnerability.low");
  });

  it("strict: lets pass only what is known and small", () => {
    expect(WORDS.filter((word) => !blocked(STRICT, "review").includes(word))).toEqual([
      "vulnerability.low",
      "vulnerability.none",
      "informational",
      "waiver.expiring",
    ]);
  });

  it("observe: blocks nothing", () => {
    expect(blocked(OBSERVE, "release", { kev: true })).toEqual([]);
  });
});

describe("a rule", () => {
  const policyOf = (...rules: Omit<EffectiveRule, "at" | "id">[]): Policy => ({
    ...RECOMMENDED,
    name: "p.yaml",
    rules: rules.map((rule, index) => ({ ...rule, id: `rule-${index}`, at: `p.yaml:${index + 3}` })),
  });
  const quiet = (more: Partial<EffectiveRule>) => policyOf({ class: "vulnerability", effect: "report", ...more });
  const HIGH = finding("vulnerability.high", {
    purl: "pkg:npm/lodash@4.17.20",
    scope: "development",
    aliases: ["CVE-2021-23337"],
    fixedIn: ["4.17.21"],
    epss: 0.2,
  });

  it("is named by file, line and id in what it decides; what none speaks of blocks", () => {
    expect(rulingOn(HIGH, quiet({ reason: "tools only" }), "review")).toEqual({
      effect: "report",
      because: "p.yaml:3: rule-0: report (tools only)",
    });
    expect(rulingOn(HIGH, policyOf(), "review")).toEqual({
      effect: "block",
      because: "p.yaml: no rule speaks of vulnerability.high",
    });
  });

  it("that stands first decides", () => {
    const policy = policyOf(
      { class: "vulnerability", scope: "development", effect: "report" },
      { class: "vulnerability", effect: "block" },
    );
    expect(rulingOn(HIGH, policy, "release").effect).toBe("report");
    expect(rulingOn({ ...HIGH, scope: "runtime" }, policy, "release").effect).toBe("block");
  });

  it.each<[string, Partial<EffectiveRule>, boolean]>([
    ["mode", { modes: ["release"] }, false],
    ["severity", { severity: ["high"] }, true],
    ["another severity", { severity: ["low", "medium"] }, false],
    ["ecosystem", { ecosystem: ["npm"] }, true],
    ["another ecosystem", { ecosystem: ["PyPI"] }, false],
    ["package", { purl: ["pkg:npm/lodash"] }, true],
    ["package in its version", { purl: ["pkg:npm/lodash@4.17.20"] }, true],
    ["package in another version", { purl: ["pkg:npm/lodash@4.17.21"] }, false],
    ["folder", { path: ["apps"] }, true],
    ["a folder of a like name", { path: ["app"] }, false],
    ["advisory", { ruleId: ["X-1"] }, true],
    ["alias", { ruleId: ["CVE-2021-23337"] }, true],
    ["a known fix", { fix: "known" }, true],
    ["no known fix", { fix: "unknown" }, false],
    ["a reached probability", { epssAtLeast: 0.2 }, true],
    ["a probability that is not reached", { epssAtLeast: 0.21 }, false],
    ["an exploit list without it", { kev: false }, true],
    ["an exploit list with it", { kev: true }, false],
    ["an origin without a base", { origin: ["introduced"] }, false],
  ])("fits by %s", (_what, selector, fits) => {
    expect(rulingOn(HIGH, quiet(selector), "review").effect).toBe(fits ? "report" : "block");
  });

  it("that lets pass speaks of a finding only when all its places are inside, one that blocks when any is", () => {
    const both = { ...HIGH, locations: [{ path: "apps/a" }, { path: "lib/b" }] };
    expect(rulingOn(both, quiet({ path: ["apps"] }), "review").effect).toBe("block");
    expect(rulingOn(both, quiet({ path: ["apps", "lib"] }), "review").effect).toBe("report");
    const strict = policyOf(
      { class: "vulnerability", path: ["lib"], effect: "block" },
      { class: "vulnerability", effect: "report" },
    );
    expect(rulingOn(both, strict, "review").effect).toBe("block");
  });
});

describe("the age of the advisories", () => {
  it.each([
    [30, undefined],
    [31, "release-advisories"],
    [null, "release-advisories"],
  ])("of %j days is too old for a release by %j", (days, id) => {
    expect(staleRule(days, RECOMMENDED, "release")?.id).toBe(id);
    expect(staleRule(days, RECOMMENDED, "review")).toBeUndefined();
  });
});
