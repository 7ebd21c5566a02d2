import type { Finding } from "../../../schemas/finding.ts";
import { findingId } from "../../findings/finding-id.ts";
import { LICENSE_SEVERITY, type LicenseAnswer, type LicenseVerdict } from "../../findings/license.ts";
import { conjunctsOf } from "../../findings/spdx-expression.ts";
import { visible } from "../../findings/visible.ts";
import type { LicenseReport } from "./reader.ts";

const MAX_LOCATIONS = 50;

/** What the policy says to licences that all count. */
export type Judge = (stated: readonly string[]) => LicenseVerdict;

interface Place {
  readonly path: string;
  readonly detection: LicenseReport["files"][number]["detections"][number];
}

/**
 * One finding for each licence that is seen in the author's own files and not allowed, with the places where it is seen.
 * A detection that joins several licences by AND counts for each of them. The id also depends on which files: a waiver does not cover a new one.
 */
export function ownFindings(report: LicenseReport, judge: Judge): Finding[] {
  const places = new Map<string, Place[]>();
  for (const { path, detections } of report.files) {
    for (const detection of detections) {
      for (const part of conjunctsOf(detection.licenseExpression)) {
        const seen = places.get(part) ?? [];
        seen.push({ path, detection });
        places.set(part, seen);
      }
    }
  }
  return [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([part, seen]) => ownFinding(part, seen, judge) ?? []);
}

function ownFinding(license: string, places: readonly Place[], judge: Judge): Finding | undefined {
  const { answer, because } = judge([license]);
  if (answer === "allowed") return undefined;
  const paths = [...new Set(places.map(({ path }) => path))].sort();
  const more = paths.length === 1 ? "" : ` and ${paths.length - 1} more ${paths.length === 2 ? "file" : "files"}`;
  return {
    id: findingId("license", license, ...paths),
    kind: "license_scan",
    class: "license",
    rule: `license.${answer}`,
    ruleId: license,
    severity: LICENSE_SEVERITY[answer],
    title: `${because}: ${visible(paths[0] as string)}${more}`,
    locations: places.slice(0, MAX_LOCATIONS).map(locationOf),
    detail: detailOf(places, paths.length),
    next: NEXT[answer],
  };
}

const NEXT = {
  denied: "take what is under this licence out of the tree, or exclude its folder in the policy with the reason",
  review: "read the licence, and put it on licenses.allow or licenses.deny of the policy",
  unknown: "say in these files which licence is meant (SPDX-License-Identifier), or answer for them in a waiver",
  unparsable: "find out which licence is meant, and answer for these files in a waiver",
} as const satisfies Record<Exclude<LicenseAnswer, "allowed">, string>;

function locationOf({ path, detection: { startLine, endLine } }: Place): Finding["locations"][number] {
  return startLine === undefined || endLine === undefined ? { path } : { path, startLine, endLine };
}

function detailOf(places: readonly Place[], files: number): string {
  const score = Math.min(...places.map(({ detection }) => detection.score));
  const from = [...new Set(places.flatMap(({ detection }) => detection.from ?? []))].sort();
  const shown = places.length > MAX_LOCATIONS ? `, the first ${MAX_LOCATIONS} of them shown` : "";
  const reference = from.length === 0 ? "" : `; by reference to ${from.slice(0, 5).map(visible).join(", ")}`;
  return `seen in ${places.length} ${places.length === 1 ? "place" : "places"} in ${files} ${files === 1 ? "file" : "files"}${shown}; lowest score ${score}${reference}`;
}
