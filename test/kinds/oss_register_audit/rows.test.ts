import { describe, expect, it } from "vitest";
import { findingId } from "../../../pipeline/findings/finding-id.ts";
import { judgeRegister } from "../../../pipeline/kinds/oss_register_audit/judge.ts";
import { agrees, isWeakCopyleft } from "../../../pipeline/kinds/oss_register_audit/row-license.ts";
import type { Component } from "../../../schemas/component.ts";
import { Finding } from "../../../schemas/finding.ts";
import type { Register, RegisterRow } from "../../../schemas/register.ts";
import { judgeInput } from "../judge-input.ts";

const PURL = "pkg:npm/zod@4.6.7";
const ROW: RegisterRow = {
  ...{ component_id: "oss.zod", name: "zod", upstream_ref: "pkg:npm/zod", license: "MIT" },
  ...{ integration_mode_default: "embedded_lib", capabilities_required: [], pinning_policy: "exact version" },
  ...{ compliance_notes: "keep the notice", test_fixture: "test/zod.test.ts", used_by_modules: ["schemas"] },
};

function component(declaredLicenses: string[], more: Partial<Component> = {}): Component {
  return {
    ...{ purl: PURL, name: "zod", version: "4.6.7", ecosystem: "npm", scope: "runtime", declaredLicenses },
    ...{ locations: ["package-lock.json"], seenBy: ["lockfile"], cpes: [], hashes: [] },
    ...more,
  };
}

function findings(row: Partial<RegisterRow>, ...components: Component[]): readonly Finding[] {
  const report: Register = { schemaVersion: "supply-gate/register-1", components: [{ ...ROW, ...row }] };
  const found = judgeRegister(judgeInput(report, { components: { components, dependencies: [] } })).findings;
  for (const finding of found) Finding.parse(finding);
  return found;
}

const rules = (row: Partial<RegisterRow>, ...components: Component[]) =>
  findings(row, ...components).map(({ rule }) => rule);

describe("a row whose licence is not what the component declares", () => {
  it("disagrees, word for word", () => {
    expect(findings({}, component(["Apache-2.0"]))).toEqual([
      {
        ...{ kind: "oss_register_audit", class: "register", rule: "register.disagrees", ruleId: "register.disagrees" },
        id: findingId("register", "disagrees", "oss.zod", PURL),
        severity: "medium",
        title: `${PURL} declares Apache-2.0, and its row oss.zod says MIT`,
        ...{ locations: [{ path: "package-lock.json" }], purl: PURL, scope: "runtime" },
        next: "correct the licence in the row oss.zod, or say in a waiver why the row is right",
      },
    ]);
  });

  it("is told for components of development too, and for one of several stated licences", () => {
    expect(rules({}, component(["ISC"], { scope: "development" }))).toEqual(["register.disagrees"]);
    expect(rules({}, component(["MIT", "ISC"]))).toEqual(["register.disagrees"]);
  });

  it("is not told where nothing can be compared: the row may know more than the package says", () => {
    for (const declared of [[], ["BSD License"], ["NOASSERTION"], ["SEE LICENSE IN LICENSE"]]) {
      expect(rules({}, component(declared))).toEqual([]);
    }
    expect(rules({ license: null }, component(["ISC"]))).toEqual(["register.incomplete"]);
  });

  it("is told as broken isolation where the component is GPL and linked, and only as that", () => {
    expect(rules({}, component(["GPL-3.0-only"]))).toEqual(["register.isolation"]);
    expect(rules({ integration_mode_default: "external_process" }, component(["GPL-3.0-only"]))).toEqual([
      "register.disagrees",
    ]);
  });
});

describe("the licence of a row agrees with a declared one", () => {
  it.each([
    ["MIT", "MIT", true],
    ["mit", "MIT", true],
    ["GPL-2.0-only", "GPL-2.0", true],
    ["MIT", "MIT OR Apache-2.0", true],
    ["Apache-2.0 OR MIT", "MIT OR Apache-2.0", true],
    ["MIT AND ISC", "MIT", true],
    ["MIT AND (ISC OR Apache-2.0)", "ISC OR Apache-2.0", true],
    ["MIT", "MIT AND ISC", false],
    ["MIT", "Apache-2.0", false],
    ["MIT OR SSPL-1.0", "SSPL-1.0", false],
    ["GPL-2.0-only", "GPL-2.0-or-later", false],
    ["GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0", false],
    ["GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-with-classpath-exception", true],
    ["Artistic-2.0", "Artistic-2.0 OR GPL-3.0-only", true],
    ["MPL", "MPL-2.0", undefined],
    ["MIT", "BSD", undefined],
  ])("A-55: %s with %s: %s", (row, declared, expected) => {
    expect(agrees(row, declared)).toBe(expected);
  });

  it("unless it leaves more choices open than anybody writes", () => {
    const clause = "(MIT OR ISC)";
    expect(agrees(Array.from({ length: 8 }, () => clause).join(" AND "), clause)).toBe(true);
    expect(agrees(Array.from({ length: 9 }, () => clause).join(" AND "), clause)).toBe(false);
  });
});

describe("LGPL and MPL", () => {
  const weak = (pinning_policy: string | null, more: Partial<RegisterRow> = {}) =>
    findings({ license: "LGPL-2.1-only", pinning_policy, ...more }, component(["LGPL-2.1-only"])).map(
      ({ title }) => title,
    );
  const incomplete = "row oss.zod is not complete: ";
  const NO_VERSION = `${incomplete}pinning_policy: LGPL-2.1-only is linked, and no exact version is named`;

  it("A-54: may be linked when the exact version is known and the notices are kept", () => {
    for (const policy of ["exact version in package-lock.json", "4.6.7", "v1.2 from upstream", "= 2.0.1, vendored"]) {
      expect(weak(policy)).toEqual([]);
    }
    expect(weak("whatever is newest", { upstream_ref: PURL })).toEqual([]);
  });

  it("A-54: are not complete without either", () => {
    for (const policy of ["newest", "^1.2.0", "~1.2", ">= 2.0", "1.x", "1.2.*", "latest 1.x"]) {
      expect(weak(policy)).toEqual([NO_VERSION]);
    }
    expect(weak("exact version", { compliance_notes: "" })).toEqual([`${incomplete}compliance_notes`]);
    expect(weak(null)).toEqual([`${incomplete}pinning_policy`]);
  });

  it("A-54: may be run as a program or service in any version, and chosen against", () => {
    expect(weak("newest", { integration_mode_default: "external_process" })).toEqual([]);
    expect(weak("newest", { integration_mode_default: "external_service" })).toEqual([]);
    expect(rules({ license: "MIT OR MPL-2.0", pinning_policy: "newest" }, component(["MIT OR MPL-2.0"]))).toEqual([]);
  });

  it.each([
    ["LGPL-3.0-or-later", true],
    ["MPL-2.0 AND MIT", true],
    ["MPL-1.1 OR LGPL-2.1-only", true],
    ["MPL-2.0 OR MIT", false],
    ["LGPL-3.0-only WITH LGPL-3.0-linking-exception", false],
    ["GPL-2.0-only", false],
    ["MIT", false],
    ["MPL", false],
  ])("A-53: %s is one of them: %s", (license, expected) => {
    expect(isWeakCopyleft(license)).toBe(expected);
  });
});

describe("a row that stands for nothing", () => {
  it("is dead, word for word", () => {
    expect(findings({ upstream_ref: "pkg:npm/gone" })).toEqual([
      {
        ...{ kind: "oss_register_audit", class: "register", rule: "register.dead", ruleId: "register.dead" },
        id: findingId("register", "dead", "oss.zod"),
        severity: "low",
        title: "row oss.zod stands for nothing here: pkg:npm/gone",
        locations: [],
        next: "remove the row oss.zod, or correct its upstream_ref",
      },
    ]);
  });

  it("is one for another version, and a linked one with an address", () => {
    const other = component(["MIT"], { purl: "pkg:npm/zod@4.6.8" });
    expect(rules({ upstream_ref: PURL }, other)).toEqual(["register.missing", "register.dead"]);
    expect(rules({ upstream_ref: "https://zod.example" })).toEqual(["register.dead"]);
    expect(rules({ upstream_ref: "pkg:generic/zod" })).toEqual(["register.dead"]);
  });

  it("is alive for a component of development", () => {
    expect(rules({}, component(["MIT"], { scope: "development" }))).toEqual([]);
  });

  it.each(["external_process", "external_service"] as const)(
    "A-56: is no dead one when it is an %s of no registry",
    (mode) => {
      const tool = { integration_mode_default: mode };
      expect(rules({ ...tool, upstream_ref: "https://gitleaks.example" })).toEqual([]);
      expect(rules({ ...tool, upstream_ref: "pkg:generic/gitleaks" })).toEqual([]);
      expect(rules({ ...tool, upstream_ref: "pkg:npm/gone" })).toEqual(["register.dead"]);
    },
  );
});
