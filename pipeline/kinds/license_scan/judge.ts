import type { Component } from "../../../schemas/component.ts";
import type { Problem } from "../../../schemas/evidence.ts";
import type { Coverage, Finding } from "../../../schemas/finding.ts";
import type { Inventory } from "../../../schemas/inventory.ts";
import { findingId } from "../../findings/finding-id.ts";
import { gapOf } from "../../findings/gap.ts";
import { inventoryGaps, leftOutCounts, leftOutGaps } from "../../findings/left-out.ts";
import { judgeLicenses, LICENSE_SEVERITY, type LicenseAnswer, type LicenseVerdict } from "../../findings/license.ts";
import { visible } from "../../findings/visible.ts";
import type { JudgeInput, Judgement } from "../kind.ts";
import { clarified, deadClarifications } from "./clarify.ts";
import { deadArchiveClarifications } from "./clarify-archives.ts";
import { type Judge, ownFindings } from "./own.ts";
import { CANARY_MATCHERS, type LicenseReport } from "./reader.ts";
import { type Scope, scopeOf } from "./scope.ts";

/**
 * Every licence that the policy does not allow: one finding for each component, by what it declares, and one for each licence that is seen in
 * the author's own files. A file without any licence is no finding.
 */
export function judgeLicenseScan(input: JudgeInput<LicenseReport>): Judgement {
  const { report, inventory, components, policy } = input;
  const judge = remembering((stated) => judgeLicenses(stated, policy.licenses));
  const scope = scopeOf(inventory);
  return {
    findings: [
      ...components.components.flatMap((component) => componentFinding(component, judge) ?? []),
      ...ownFindings(clarified(report, policy.licenses.clarify, inventory), judge),
      ...deadClarifications(policy.licenses.clarify, inventory),
      ...deadArchiveClarifications(policy.licenses.clarify, components.components),
    ],
    coverage: coverageOf(report, inventory, scope),
    problems: problemsOf(report, scope),
    canaries: { expected: [...CANARY_MATCHERS], found: report.canaries },
  };
}

/** Most components of a tree share a few licences. */
function remembering(judge: Judge): Judge {
  const known = new Map<string, LicenseVerdict>();
  return (stated) => {
    const key = JSON.stringify(stated);
    const verdict = known.get(key) ?? judge(stated);
    known.set(key, verdict);
    return verdict;
  };
}

function componentFinding(
  { purl, name, scope, licenses, locations, ...component }: Component,
  judge: Judge,
): Finding | undefined {
  const declaredLicenses = licenses?.concluded ?? component.declaredLicenses;
  const { answer, expression, because } = judge(declaredLicenses);
  if (answer === "allowed") return undefined;
  const ruleId =
    expression ??
    (declaredLicenses.length === 0 ? "NOASSERTION" : visible(declaredLicenses.join(" AND ")).slice(0, 200));
  return {
    id: findingId("license", ruleId, purl),
    kind: "license_scan",
    class: "license",
    rule: `license.${answer}`,
    ruleId,
    severity: LICENSE_SEVERITY[answer],
    title: `${because}: ${purl}`,
    locations: locations.map((path) => ({ path })),
    purl,
    scope,
    ...(licenses === undefined ? {} : { detail: wordsOf(licenses) }),
    next: nextOf(answer, name, licenses === undefined && FETCHED.has(component.ecosystem)),
  };
}

/** Ecosystems whose archives `supply-gate licenses fetch` reads. */
const FETCHED: ReadonlySet<string> = new Set(["npm", "PyPI", "crates.io", "Go"]);

function nextOf(answer: Exclude<LicenseAnswer, "allowed">, name: string, canBeFetched: boolean): string {
  if (!canBeFetched || !UNANSWERED.has(answer)) return NEXT[answer](name);
  return `see what the archive of ${name} says: supply-gate licenses fetch; or answer for it in a waiver`;
}

const UNANSWERED: ReadonlySet<LicenseAnswer> = new Set<LicenseAnswer>(["unknown", "unparsable"]);

/** What is declared and what is detected, apart. */
function wordsOf({ declared, detected, undeclared, concluded }: NonNullable<Component["licenses"]>): string {
  const [first, second, third, all] = [declared, detected, undeclared, concluded].map((list) =>
    visible(list.join(" AND ") || "nothing").slice(0, 300),
  );
  return `declared: ${first}; detected in its licence files: ${second}; only there: ${third}; concluded: ${all}`;
}

const NEXT = {
  denied: (name: string) => `replace ${name} by a component under another licence`,
  review: () => "read the licence, and put it on licenses.allow or licenses.deny of the policy",
  unknown: (name: string) => `find out the licence of ${name}, and answer for it in a waiver`,
  unparsable: (name: string) => `find out which licence ${name} means, and answer for it in a waiver`,
} as const satisfies Record<Exclude<LicenseAnswer, "allowed">, (name: string) => string>;

function coverageOf(report: LicenseReport, inventory: Inventory, scope: Scope): Coverage {
  const leftOut = leftOutGaps(inventory);
  const missing = missingPaths(report, scope);
  return {
    kind: "license_scan",
    parts: [
      {
        unit: "files",
        expected: scope.expected.length + leftOut.length,
        seen: scope.expected.length - missing.length,
        leftOut: leftOutCounts(inventory, scope.leftOut),
      },
    ],
    gaps: [
      ...inventoryGaps(inventory),
      ...missing.map((path) =>
        gapOf({ code: "file-not-scanned", path, subject: path, detail: "scancode did not read it" }),
      ),
    ],
  };
}

function missingPaths(report: LicenseReport, scope: Scope): string[] {
  const seen = new Set(report.seen);
  return scope.expected.map(({ path }) => path).filter((path) => !seen.has(path));
}

function problemsOf(report: LicenseReport, scope: Scope): Problem[] {
  // A hidden file may be there as an empty one.
  const known = new Set([...scope.expected, ...scope.hide].map(({ path }) => path));
  const foreign = report.seen.filter((path) => !known.has(path));
  const errors = report.errors.map(({ path, message }) => `${path === "" ? "" : `${path}: `}${message}`);
  return [
    ...gap(foreign, "files were scanned that the inventory does not name"),
    ...gap(errors, "errors while scanning"),
  ];
}

function gap(subjects: readonly string[], what: string): Problem[] {
  const [first] = subjects;
  return first === undefined
    ? []
    : [{ code: "coverage-gap", message: `scancode: ${subjects.length} ${what}, the first is ${visible(first)}` }];
}
