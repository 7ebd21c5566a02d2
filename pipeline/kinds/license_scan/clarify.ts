import type { Finding } from "../../../schemas/finding.ts";
import type { Inventory } from "../../../schemas/inventory.ts";
import type { Clarification } from "../../../schemas/policy.ts";
import { findingId } from "../../findings/finding-id.ts";
import { visible } from "../../findings/visible.ts";
import { isOfArchive } from "./clarify-archives.ts";
import type { LicenseReport } from "./reader.ts";

/** What was detected, but for files whose text somebody has read: there, what that person says. Of a text that was changed, nothing counts. */
export function clarified(
  report: LicenseReport,
  clarify: readonly Clarification[],
  inventory: Inventory,
): LicenseReport {
  const said = new Map(
    ofTree(clarify)
      .filter(isAlive(inventory))
      .map((each) => [each.path, each]),
  );
  const read = report.seen.filter((path) => said.has(path));
  const rest = report.files.filter(({ path }) => !said.has(path));
  const stated = read.map((path) => {
    const { license, reason } = said.get(path) as Clarification;
    const detections = [{ licenseExpression: license, score: 100, from: [`clarified: ${reason}`] }];
    return { path, licenseExpression: license, detections };
  });
  return { ...report, files: [...rest, ...stated].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** One finding for each clarification whose text is another one now, or gone. */
export function deadClarifications(clarify: readonly Clarification[], inventory: Inventory): Finding[] {
  return ofTree(clarify)
    .filter((each) => !isAlive(inventory)(each))
    .map((each) => deadFinding(each, inventory));
}

function ofTree(clarify: readonly Clarification[]): Clarification[] {
  return clarify.filter((each) => !isOfArchive(each));
}

function isAlive({ files }: Inventory): (each: Clarification) => boolean {
  const digests = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  return ({ path, sha256 }) => digests.get(path) === sha256;
}

function deadFinding({ path, sha256 }: Clarification, { files }: Inventory): Finding {
  const isThere = files.some((file) => file.path === path);
  return {
    id: findingId("waiver", "dead-clarification", path, sha256),
    kind: "license_scan",
    class: "waiver",
    rule: "waiver.dead-clarification",
    ruleId: "waiver.dead-clarification",
    severity: "medium",
    title: `the policy says what ${visible(path)} says, but ${isThere ? "its text is another one now" : "there is no such file"}`,
    locations: isThere ? [{ path }] : [],
    next: isThere
      ? "read the text again, then name its new digest in licenses.clarify"
      : "take it out of licenses.clarify",
  };
}
