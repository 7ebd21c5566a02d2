import type { Component } from "../../../schemas/component.ts";
import type { Finding } from "../../../schemas/finding.ts";
import type { Register, RegisterRow } from "../../../schemas/register.ts";
import { findingId } from "../../findings/finding-id.ts";
import { visible } from "../../findings/visible.ts";
import type { JudgeInput, Judgement } from "../kind.ts";
import { deadRows, rowFinder } from "./register.ts";
import { breaksIsolation, incompleteColumns } from "./row.ts";
import { agrees } from "./row-license.ts";

/**
 * Every runtime component has a row that says its licence, every row is complete and stands for something, and nothing under GPL or AGPL is
 * linked (protocol ). Components for development need no row, but may have one.
 */
export function judgeRegister({ report, components }: JudgeInput<Register>): Judgement {
  const rowOf = rowFinder(report);
  const runtime = components.components.filter(({ scope }) => scope === "runtime");
  const development = components.components.filter(({ scope }) => scope === "development").map(({ purl }) => purl);
  const missing = runtime.filter(({ purl }) => rowOf(purl) === undefined);
  return {
    findings: [
      ...missing.map(missingFinding),
      ...report.components.flatMap(rowFindings),
      ...components.components.flatMap((component) => componentFindings(component, rowOf(component.purl))),
      ...deadRows(
        report,
        components.components.map(({ purl }) => purl),
      ).map(deadFinding),
    ],
    coverage: {
      kind: "oss_register_audit",
      parts: [
        {
          unit: "components",
          expected: runtime.length,
          seen: runtime.length - missing.length,
          leftOut:
            development.length === 0
              ? []
              : [{ reason: "development", count: development.length, examples: development.sort().slice(0, 5) }],
        },
      ],
      gaps: [],
    },
    problems: [],
    canaries: { expected: [], found: [] },
  };
}

const BASE = { kind: "oss_register_audit", class: "register" } as const;

function missingFinding({ purl, scope, locations }: Component): Finding {
  return {
    ...BASE,
    id: findingId("register", "missing", purl),
    rule: "register.missing",
    ruleId: "register.missing",
    severity: "medium",
    title: `no row in the register: ${purl}`,
    locations: locations.map((path) => ({ path })),
    purl,
    scope,
    next: `add a row with upstream_ref ${purl} (without the version, it stands for all)`,
  };
}

function rowFindings(row: RegisterRow): Finding[] {
  const { component_id: id, license } = row;
  const columns = incompleteColumns(row).map(shown);
  const incomplete: Finding = {
    ...BASE,
    id: findingId("register", "incomplete", id),
    rule: "register.incomplete",
    ruleId: "register.incomplete",
    severity: "medium",
    title: `row ${id} is not complete: ${columns.join(", ")}`,
    locations: [],
    next: `fill in ${columns.map((column) => column.replace(/:.*/s, "")).join(", ")} in the row ${id}`,
  };
  return [
    ...(columns.length > 0 ? [incomplete] : []),
    ...(license != null && breaksIsolation(row, [license])
      ? [isolationFinding([id], `row ${id} is embedded_lib under ${shown(license)}`)]
      : []),
  ];
}

/** What a component declares against what its row says of it. */
function componentFindings(component: Component, row: RegisterRow | undefined): Finding[] {
  if (row === undefined) return [];
  const isolation = component.scope === "runtime" ? declaredFinding(component, row) : undefined;
  return [isolation ?? disagreement(component, row) ?? []].flat();
}

/** A row may say MIT about a component that declares GPL. */
function declaredFinding(component: Component, row: RegisterRow): Finding | undefined {
  if (row.license != null && breaksIsolation(row, [row.license])) return undefined;
  const license = [...component.declaredLicenses, ...(component.licenses?.concluded ?? [])].find((declared) =>
    breaksIsolation(row, [declared]),
  );
  if (license === undefined) return undefined;
  const { purl, scope, locations } = component;
  const isDeclared = [...component.declaredLicenses, ...(component.licenses?.declared ?? [])].includes(license);
  const how = isDeclared ? "declares" : "has in its licence files";
  const title = `${purl} ${how} ${shown(license)}, and its row ${row.component_id} is embedded_lib`;
  const finding = isolationFinding([row.component_id, purl], title);
  return { ...finding, locations: locations.map((path) => ({ path })), purl, scope };
}

/** What is no expression on either side can't be compared: a row may know more than the package says. */
function disagreement(component: Component, row: RegisterRow): Finding | undefined {
  const { purl, scope, locations, declaredLicenses, licenses } = component;
  const { component_id: id, license } = row;
  const stated = [...declaredLicenses, ...(licenses?.declared ?? [])];
  const declared = stated.find((each) => license != null && agrees(license, each) === false);
  if (license == null || declared === undefined) return undefined;
  return {
    ...BASE,
    id: findingId("register", "disagrees", id, purl),
    rule: "register.disagrees",
    ruleId: "register.disagrees",
    severity: "medium",
    title: `${purl} declares ${shown(declared)}, and its row ${id} says ${shown(license)}`,
    locations: locations.map((path) => ({ path })),
    purl,
    scope,
    next: `correct the licence in the row ${id}, or say in a waiver why the row is right`,
  };
}

function deadFinding({ component_id: id, upstream_ref: reference }: RegisterRow): Finding {
  return {
    ...BASE,
    id: findingId("register", "dead", id),
    rule: "register.dead",
    ruleId: "register.dead",
    severity: "low",
    title: `row ${id} stands for nothing here: ${shown(reference ?? "")}`,
    locations: [],
    next: `remove the row ${id}, or correct its upstream_ref`,
  };
}

function isolationFinding(parts: readonly string[], title: string): Finding {
  return {
    ...BASE,
    id: findingId("register", "isolation", ...parts),
    rule: "register.isolation",
    ruleId: "register.isolation",
    severity: "high",
    title,
    locations: [],
    next: "run it as external_process or external_service, or replace it: GPL and AGPL are never linked",
  };
}

function shown(text: string): string {
  return visible(text).slice(0, 200);
}
