import { describe, expect, it } from "vitest";
import { findingId } from "../../../pipeline/findings/finding-id.ts";
import { judgeRegister } from "../../../pipeline/kinds/oss_register_audit/judge.ts";
import type { Component } from "../../../schemas/component.ts";
import type { Register, RegisterRow } from "../../../schemas/register.ts";
import { judgeInput } from "../judge-input.ts";

const PURL = "pkg:npm/zod@4.6.7";

const ROW: RegisterRow = {
  ...{ component_id: "oss.zod", name: "zod", upstream_ref: "pkg:npm/zod", license: "MIT" },
  ...{ integration_mode_default: "embedded_lib", capabilities_required: [], pinning_policy: "exact version" },
  ...{ compliance_notes: "keep the notice", test_fixture: "test/zod.test.ts", used_by_modules: ["schemas"] },
};

function component(purl: string, more: Partial<Component> = {}): Component {
  return {
    ...{ purl, name: "zod", version: "4.6.7", ecosystem: "npm", scope: "runtime", declaredLicenses: ["MIT"] },
    ...{ locations: ["package-lock.json", "sub/package-lock.json"], seenBy: ["lockfile"], cpes: [], hashes: [] },
    ...more,
  };
}

function judge(rows: RegisterRow[], components: Component[]) {
  const report: Register = { schemaVersion: "supply-gate/register-1", components: rows };
  return judgeRegister(judgeInput(report, { components: { components, dependencies: [] } }));
}

const common = (rule: string) => ({
  ...{ kind: "oss_register_audit", class: "register", rule: `register.${rule}`, ruleId: `register.${rule}` },
});
const id = (...parts: string[]) => findingId("register", ...parts);
const LOCATIONS = [{ path: "package-lock.json" }, { path: "sub/package-lock.json" }];
const ISOLATE = "run it as external_process or external_service, or replace it: GPL and AGPL are never linked";

describe("what the register's audit says, word for word,", () => {
  it("A-50: of a component without a row", () => {
    expect(judge([], [component(PURL)]).findings).toEqual([
      {
        ...common("missing"),
        ...{ id: id("missing", PURL), severity: "medium", title: `no row in the register: ${PURL}` },
        ...{ locations: LOCATIONS, purl: PURL, scope: "runtime" },
        next: `add a row with upstream_ref ${PURL} (without the version, it stands for all)`,
      },
    ]);
  });

  it("A-51: of a row that is not complete", () => {
    const { name: _, ...row } = { ...ROW, license: "MPL", test_fixture: "TBD" };
    const found = judge([row], [component(PURL)]).findings;
    const title = 'row oss.zod is not complete: name, license: "MPL" is no SPDX licence id, test_fixture';
    expect(found).toEqual([
      {
        ...common("incomplete"),
        ...{ id: id("incomplete", "oss.zod"), severity: "medium", title, locations: [] },
        next: "fill in name, license, test_fixture in the row oss.zod",
      },
    ]);
  });

  it("A-54: of a row under GPL that is linked, also when the component says so too", () => {
    const row = { ...ROW, license: "GPL-3.0-only" };
    expect(judge([row], [component(PURL, { declaredLicenses: ["GPL-3.0-only"] })]).findings).toEqual([
      {
        ...common("isolation"),
        ...{ id: id("isolation", "oss.zod"), severity: "high" },
        ...{ title: "row oss.zod is embedded_lib under GPL-3.0-only", locations: [], next: ISOLATE },
      },
    ]);
  });

  it.each(["MIT", null])("A-54: of a component under GPL whose row says %s", (license) => {
    const component_ = component(PURL, { declaredLicenses: ["MIT", "GPL-3.0-only"] });
    const found = judge([{ ...ROW, license }], [component_]).findings.filter(({ rule }) => rule.endsWith("isolation"));
    expect(found).toEqual([
      {
        ...common("isolation"),
        ...{ id: id("isolation", "oss.zod", PURL), severity: "high", locations: LOCATIONS, purl: PURL },
        ...{ scope: "runtime", next: ISOLATE },
        title: `${PURL} declares GPL-3.0-only, and its row oss.zod is embedded_lib`,
      },
    ]);
  });

  it("A-53, A-54: of a component whose archive has GPL in a licence file, or declares another licence than its row", () => {
    const facts = { detected: ["GPL-3.0-only"], undeclared: ["GPL-3.0-only"], files: [] };
    const licenses = { ...facts, declared: ["MIT"], concluded: ["GPL-3.0-only", "MIT"] };
    const inFile = judge([ROW], [component(PURL, { licenses })]).findings;
    expect(inFile.map(({ rule, title }) => [rule, title])).toEqual([
      ["register.isolation", `${PURL} has in its licence files GPL-3.0-only, and its row oss.zod is embedded_lib`],
    ]);
    const other = { declared: ["ISC"], detected: [], undeclared: [], concluded: ["ISC"], files: [] };
    const differing = judge([ROW], [component(PURL, { declaredLicenses: [], licenses: other })]).findings;
    expect(differing.map(({ title }) => title)).toEqual([`${PURL} declares ISC, and its row oss.zod says MIT`]);
  });

  it("in 200 characters at most for each text of a row", () => {
    const license = `GPL-3.0-only AND (${Array.from({ length: 40 }, () => "MIT").join(" AND ")})`;
    const [finding] = judge([{ ...ROW, license }], []).findings;
    expect(finding?.title).toBe(`row oss.zod is embedded_lib under ${license.slice(0, 200)}`);
  });

  it("of components that are needed for development only: how many, and the first five", () => {
    const names = ["f", "b", "a", "e", "d", "c"];
    const components = names.map((name) => component(`pkg:npm/${name}@1`, { scope: "development" }));
    expect(judge([], components).coverage.parts).toEqual([
      {
        ...{ unit: "components", expected: 0, seen: 0 },
        leftOut: [
          {
            ...{ reason: "development", count: 6 },
            examples: ["pkg:npm/a@1", "pkg:npm/b@1", "pkg:npm/c@1", "pkg:npm/d@1", "pkg:npm/e@1"],
          },
        ],
      },
    ]);
  });
});
