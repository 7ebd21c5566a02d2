import type { Waiver } from "../../schemas/waivers.ts";
import { visible } from "../findings/visible.ts";
import type { Bump, FolderBump, SeverityCount } from "../split/bump.ts";
import { subjectOf } from "../waivers/judge-waivers.ts";
import type { FoundSnapshot } from "./snapshot.ts";

/** What a bump comes to, for people. */
export interface ToldBump {
  readonly before: FoundSnapshot | null;
  readonly after: FoundSnapshot;
  readonly bump: Bump;
  /** Waivers that covered something by the old snapshot, and nothing by the new one. */
  readonly dead: readonly Waiver[];
}

/** `+2 HIGH in apps/web, −1 LOW in ., 1 waiver now dead`, in one line. */
export function bumpLine({ bump, dead }: Pick<ToldBump, "bump" | "dead">): string {
  const { length: restated } = bump.restated;
  const { length: waivers } = dead;
  const parts = [
    ...bump.folders.map(folderText),
    ...(restated > 0 ? [`${restated} rated otherwise`] : []),
    ...(waivers > 0 ? [`${waivers} ${waivers === 1 ? "waiver" : "waivers"} now dead`] : []),
  ];
  return parts.length === 0 ? "nothing changes for this tree" : parts.join(", ");
}

/** The line, and under it each thing by name. */
export function bumpText(told: ToldBump): string {
  const { before, after, bump, dead } = told;
  const named = (sign: string, findings: Bump["added"]) =>
    findings.map(({ ruleId, purl = "", severity, title }) => `  ${sign} ${ruleId}  ${severity}  ${purl}  ${title}`);
  const lines = [
    `advisories: ${before === null ? "none" : snapshotText(before)} → ${snapshotText(after)}`,
    bumpLine(told),
    ...named("+", bump.added),
    ...named("−", bump.removed),
    ...bump.restated.map((each) => `  ~ ${each.after.ruleId}  ${each.before.rule} → ${each.after.rule}`),
    ...dead.map((waiver) => `  waiver for ${subjectOf(waiver)} (${waiver.owner}): covers nothing any more`),
  ];
  return `${lines.map(visible).join("\n")}\n`;
}

function folderText({ folder, added, removed }: FolderBump): string {
  return `${[...added.map(signed("+")), ...removed.map(signed("−"))].join(" ")} in ${folder}`;
}

function signed(sign: string): (entry: SeverityCount) => string {
  return ({ severity, count }) => `${sign}${count} ${severity.toUpperCase()}`;
}

function snapshotText({ summary: { snapshotId, newestModified } }: FoundSnapshot): string {
  return `${snapshotId.slice(0, 16)} (up to ${newestModified.slice(0, 10)})`;
}
