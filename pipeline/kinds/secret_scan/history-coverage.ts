import type { Problem } from "../../../schemas/evidence.ts";
import type { CoveragePart, Gap } from "../../../schemas/finding.ts";
import type { HistorySummary } from "../../../schemas/history.ts";
import type { Inventory } from "../../../schemas/inventory.ts";
import { gapOf } from "../../findings/gap.ts";
import type { SecretReport } from "./reader.ts";

/** Whether the plan has a history that is scanned: one that is not all here is not begun. */
export function isScannable(planned: HistorySummary | undefined): planned is HistorySummary {
  return planned !== undefined && planned.problems.length === 0;
}

/** Reasons why a history that was asked for does not count as scanned. */
export function historyProblems({ history }: SecretReport, planned: HistorySummary | undefined): Problem[] {
  if (planned === undefined) return [];
  if (planned.problems.length > 0) return planned.problems;
  if (history === undefined || history.sha256 !== planned.sha256 || history.commits !== planned.commits) {
    const message = "history: found no evidence that the planned history was scanned";
    return [{ code: "history-incomplete", message, next: "run again" }];
  }
  return history.problems;
}

/** How many commits there are and were scanned, and how many versions of files they bring. */
export function historyParts({ history }: SecretReport, planned: HistorySummary | undefined): CoveragePart[] {
  if (!isScannable(planned)) return [];
  const { commits, texts, binaries, problems } = history ?? { commits: 0, texts: 0, binaries: 0, problems: [] };
  const leftOut = binaries === 0 ? [] : [{ reason: "binary" as const, count: binaries, examples: [] }];
  return [
    { unit: "commits", expected: planned.commits, seen: problems.length === 0 ? commits : 0, leftOut: [] },
    { unit: "versions of files and messages", expected: texts + binaries, seen: texts, leftOut },
  ];
}

/** Repositories within this one, and versions of files, whose content was not scanned. */
export function historyGaps(
  { history }: SecretReport,
  { leftOut }: Inventory,
  planned: HistorySummary | undefined,
): Gap[] {
  if (planned === undefined) return [];
  const nested = leftOut.filter(({ path, reason }) => reason === "version-control" && path !== ".git");
  return [
    ...nested.map(({ path }) =>
      gapOf({ code: "nested-history", path, subject: path, detail: "a repository of its own" }),
    ),
    ...(history?.gaps ?? []).map(({ code, path }) =>
      gapOf({ code, path, subject: "history", detail: code === "too-large" ? "a version of it" : "a submodule" }),
    ),
  ];
}
