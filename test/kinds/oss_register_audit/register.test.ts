import { describe, expect, it } from "vitest";
import { isStrongCopyleft } from "../../../pipeline/findings/copyleft.ts";
import { ossRegisterAudit } from "../../../pipeline/kinds/oss_register_audit/index.ts";
import { readRegister } from "../../../pipeline/kinds/oss_register_audit/register.ts";
import type { Component } from "../../../schemas/component.ts";
import { Coverage, Finding } from "../../../schemas/finding.ts";
import type { RegisterRow } from "../../../schemas/register.ts";
import { inventoryOf, PLAN_INPUT, POLICY } from "../license_scan/tree.ts";

const ZOD: RegisterRow = {
  component_id: "oss.zod",
  name: "zod",
  upstream_ref: "pkg:npm/zod",
  license: "MIT",
  integration_mode_default: "embedded_lib",
  capabilities_required: [],
  pinning_policy: "exact version, integrity in package-lock.json",
  compliance_notes: "keep the notice",
  test_fixture: "test/zod.test.ts",
  used_by_modules: ["schemas"],
};

/** JSON is YAML. */
function text(...rows: object[]): string {
  return JSON.stringify({ schemaVersion: "supply-gate/register-1", components: rows }, undefined, 1);
}

function component(purl: string, more: Partial<Component> = {}): Component {
  return {
    purl,
    name: purl.replace(/.*\/|@.*/g, ""),
    version: "1.0.0",
    ecosystem: "npm",
    scope: "runtime",
    declaredLicenses: ["MIT"],
    locations: ["package-lock.json"],
    seenBy: ["lockfile"],
    cpes: [],
    hashes: [],
    ...more,
  };
}

function judge(rows: object[], components: Component[]) {
  const judgement = ossRegisterAudit.judge({
    report: readRegister(text(...rows), "register.yaml"),
    inventory: inventoryOf([]),
    lockfiles: [],
    components: { components, dependencies: [] },
    policy: { ...POLICY, register: "register.yaml" },
    mode: "release",
    step: undefined,
    names: {},
  });
  for (const finding of judgement.findings) Finding.parse(finding);
  Coverage.parse(judgement.coverage);
  return judgement;
}

const rulesOf = (rows: object[], ...components: Component[]) =>
  judge(rows, components).findings.map(({ rule }) => rule);
const ZOD_COMPONENT = component("pkg:npm/zod@4.6.7");
/** Says nothing of its licence that could be compared. */
const SILENT_ZOD = component("pkg:npm/zod@4.6.7", { declaredLicenses: [] });

describe("a register file", () => {
  it("is read as YAML, with its columns left out or empty", () => {
    const yaml = "schemaVersion: supply-gate/register-1\ncomponents:\n  - component_id: oss.x\n    license:\n";
    expect(readRegister(yaml, "r.yaml").components).toEqual([{ component_id: "oss.x", license: null }]);
    expect(readRegister(text(ZOD), "r.yaml").components).toEqual([ZOD]);
  });

  const refused = (content: string, message: string) =>
    expect(() => readRegister(content, "r.yaml")).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(message) }),
    );

  it("A-52: is refused for a column or a mode that is misspelt", () => {
    refused(text({ ...ZOD, licence: "MIT" }), 'did you mean "license"?');
    refused(text({ ...ZOD, integration_mode_default: "embedded" }), "expected one of embedded_lib");
    refused(text({ ...ZOD, component_id: "zod" }), "expected an id such as oss.zod");
  });

  it("is refused for a purl that is none", () => {
    refused(
      text({ ...ZOD, upstream_ref: "pkg:npm" }),
      'r.yaml: oss.zod: upstream_ref: found "pkg:npm", expected a purl',
    );
  });

  it("is refused for two rows about the same thing", () => {
    refused(text(ZOD, { ...ZOD, upstream_ref: "pkg:npm/other" }), 'component_id: found "oss.zod" twice');
    refused(text(ZOD, { ...ZOD, component_id: "oss.zod2" }), 'upstream_ref: found "pkg:npm/zod" twice');
  });
});

describe("the plan", () => {
  it("asks for the audit only when the policy names a register", () => {
    expect(ossRegisterAudit.plan(PLAN_INPUT)).toEqual({
      state: "not-required",
      reason: "the policy names no register",
    });
    expect(ossRegisterAudit.plan({ ...PLAN_INPUT, policy: { ...POLICY, register: "r.yaml" } })).toEqual({
      state: "in-process",
    });
  });
});

describe("a component", () => {
  it("with a complete row gives no finding", () => {
    expect(judge([ZOD], [ZOD_COMPONENT])).toEqual({
      findings: [],
      coverage: {
        kind: "oss_register_audit",
        parts: [{ unit: "components", expected: 1, seen: 1, leftOut: [] }],
        gaps: [],
      },
      problems: [],
      canaries: { expected: [], found: [] },
    });
  });

  it("without a row is missing", () => {
    const { findings, coverage } = judge([ZOD], [ZOD_COMPONENT, component("pkg:npm/yaml@2.9.1")]);
    expect(findings).toMatchObject([
      {
        rule: "register.missing",
        class: "register",
        severity: "medium",
        title: "no row in the register: pkg:npm/yaml@2.9.1",
        purl: "pkg:npm/yaml@2.9.1",
        locations: [{ path: "package-lock.json" }],
      },
    ]);
    expect(coverage.parts).toEqual([{ unit: "components", expected: 2, seen: 1, leftOut: [] }]);
  });

  it("of another version than the row's is missing", () => {
    const row = { ...ZOD, upstream_ref: "pkg:npm/zod@4.6.7" };
    expect(rulesOf([row], ZOD_COMPONENT)).toEqual([]);
    expect(rulesOf([row], component("pkg:npm/zod@4.6.8"))).toEqual(["register.missing", "register.dead"]);
    const both = [row, { ...ZOD, component_id: "oss.zod_any" }];
    expect(rulesOf(both, ZOD_COMPONENT, component("pkg:npm/zod@4.6.8"))).toEqual([]);
  });

  it("is matched whatever way its purl is written", () => {
    expect(
      rulesOf(
        [{ ...ZOD, upstream_ref: "pkg:pypi/Foo_Bar" }],
        component("pkg:pypi/foo-bar@1.0.0", { ecosystem: "PyPI" }),
      ),
    ).toEqual([]);
    expect(rulesOf([{ ...ZOD, upstream_ref: "pkg:npm/@a/b" }], component("pkg:npm/%40a/b@1.0.0"))).toEqual([]);
  });

  it("that is needed for development only needs no row, and is counted", () => {
    const { findings, coverage } = judge([], [component("pkg:npm/vitest@4.1.12", { scope: "development" })]);
    expect(findings).toEqual([]);
    expect(coverage.parts[0]?.leftOut).toEqual([
      { reason: "development", count: 1, examples: ["pkg:npm/vitest@4.1.12"] },
    ]);
  });
});

describe("a row", () => {
  it.each([
    "name",
    "upstream_ref",
    "license",
    "integration_mode_default",
    "capabilities_required",
    "pinning_policy",
    "compliance_notes",
    "test_fixture",
    "used_by_modules",
  ] as const)("without %s is not complete", (column) => {
    const { [column]: _left, ...row } = ZOD;
    for (const incomplete of [row, { ...row, [column]: null }]) {
      const { findings } = judge([incomplete], column === "upstream_ref" ? [] : [ZOD_COMPONENT]);
      expect(findings).toMatchObject([
        {
          rule: "register.incomplete",
          title: `row oss.zod is not complete: ${column}`,
          next: `fill in ${column} in the row oss.zod`,
        },
      ]);
    }
  });

  it("with a word that only holds the place is not complete", () => {
    for (const word of ["", "  ", "TBD", "todo", "?", "-"]) {
      expect(rulesOf([{ ...ZOD, test_fixture: word }], ZOD_COMPONENT)).toEqual(["register.incomplete"]);
    }
    expect(rulesOf([{ ...ZOD, used_by_modules: [] }], ZOD_COMPONENT)).toEqual(["register.incomplete"]);
  });

  it("A-53: with a licence that can't be read is not complete", () => {
    const { findings } = judge([{ ...ZOD, license: "MPL" }], []);
    expect(findings[0]?.title).toBe('row oss.zod is not complete: license: "MPL" is no SPDX licence id');
  });
});

describe("GPL and AGPL", () => {
  const row = (license: string, mode = "embedded_lib") => ({ ...ZOD, license, integration_mode_default: mode });

  it("G-16: are never linked", () => {
    expect(rulesOf([row("GPL-3.0-only")], SILENT_ZOD)).toEqual(["register.isolation"]);
    expect(rulesOf([row("MIT AND AGPL-3.0-or-later")], SILENT_ZOD)).toEqual(["register.isolation"]);
  });

  it("A-55: may be run as a process or service, chosen against, or linked by an exception", () => {
    expect(rulesOf([row("GPL-3.0-only", "external_process")], SILENT_ZOD)).toEqual([]);
    expect(rulesOf([row("GPL-3.0-only", "external_service")], SILENT_ZOD)).toEqual([]);
    expect(rulesOf([row("MIT OR GPL-3.0-only")], SILENT_ZOD)).toEqual([]);
    expect(rulesOf([row("GPL-2.0-only WITH Classpath-exception-2.0")], SILENT_ZOD)).toEqual([]);
  });

  it("G-16: are not hidden by a row that says MIT", () => {
    const { findings } = judge([ZOD], [component("pkg:npm/zod@4.6.7", { declaredLicenses: ["GPL-2.0"] })]);
    expect(findings).toMatchObject([
      {
        rule: "register.isolation",
        severity: "high",
        title: "pkg:npm/zod@4.6.7 declares GPL-2.0, and its row oss.zod is embedded_lib",
        purl: "pkg:npm/zod@4.6.7",
      },
    ]);
  });

  it.each([
    ["GPL-2.0-only", true],
    ["gpl-2.0+", true],
    ["AGPL-1.0", true],
    ["LicenseRef-scancode-gpl-generic-additional-terms", true],
    ["GPL-3.0-only WITH Bison-exception-2.2", true],
    ["GPL-3.0-only OR AGPL-3.0-only", true],
    ["LGPL-2.1-only", false],
    ["MPL-2.0", false],
    ["EUPL-1.2", false],
    ["what?", false],
  ])("A-53: %s is one of them: %s", (license, expected) => {
    expect(isStrongCopyleft(license)).toBe(expected);
  });
});
