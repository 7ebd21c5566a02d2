import type { Severity } from "../../schemas/common.ts";
import type { Finding } from "../../schemas/finding.ts";
import { pairsInTree } from "./same-finding.ts";

/** What other advisories change about one tree. */
export interface Bump {
  readonly added: readonly Finding[];
  readonly removed: readonly Finding[];
  /** The same finding under another rule: `vulnerability.low`, now `vulnerability.high`. */
  readonly restated: readonly { readonly before: Finding; readonly after: Finding }[];
  /** By folder of the lockfiles (`.` for the root), sorted; how many come and go there, by severity, the worst first. */
  readonly folders: readonly FolderBump[];
}

export interface FolderBump {
  readonly folder: string;
  readonly added: readonly SeverityCount[];
  readonly removed: readonly SeverityCount[];
}

export interface SeverityCount {
  readonly severity: Severity;
  readonly count: number;
}

/** Compares what one tree has by two snapshots. */
export function bumpOf(before: readonly Finding[], after: readonly Finding[]): Bump {
  const [old, now] = [pairsInTree(after, before), pairsInTree(before, after)];
  const added = after.filter((finding) => !old.has(finding));
  const removed = before.filter((finding) => !now.has(finding));
  const restated = [...now].flatMap(([one, other]) => (one.rule === other.rule ? [] : [{ before: one, after: other }]));
  const folders = [...new Set([...added, ...removed].flatMap(foldersOf))].sort();
  return {
    added,
    removed,
    restated,
    folders: folders.map((folder) => ({ folder, added: countsIn(folder, added), removed: countsIn(folder, removed) })),
  };
}

function foldersOf({ locations }: Finding): string[] {
  const folders = locations.map(({ path }) => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "."));
  return folders.length === 0 ? ["."] : [...new Set(folders)];
}

const WORST_FIRST: readonly Severity[] = ["critical", "high", "unknown", "medium", "low", "none"];

function countsIn(folder: string, findings: readonly Finding[]): SeverityCount[] {
  const here = findings.filter((finding) => foldersOf(finding).includes(folder));
  return WORST_FIRST.map((severity) => ({
    severity,
    count: here.filter((finding) => finding.severity === severity).length,
  })).filter(({ count }) => count > 0);
}
