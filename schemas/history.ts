import { z } from "zod";
import { Sha256 } from "./common.ts";
import { Problem } from "./evidence.ts";
import { GapCode } from "./finding.ts";

/** Name of a git object: SHA-1 or SHA-256, lower-case hex. */
export const ObjectId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, "expected 40 or 64 lower-case hex digits");
export type ObjectId = z.infer<typeof ObjectId>;

/**
 * The history that a plan asks for: how many commits, and a digest over the sorted names of all commits and annotated tags.
 * With `problems` it can't be had whole, and nothing of it is scanned.
 */
export const HistorySummary = z.strictObject({
  commits: z.int().nonnegative(),
  sha256: Sha256,
  problems: z.array(Problem),
});
export type HistorySummary = z.infer<typeof HistorySummary>;

/** Something in the history that was not scanned. */
export const HistoryGap = z.strictObject({ code: GapCode, path: z.string() });
export type HistoryGap = z.infer<typeof HistoryGap>;

/** Where a rule fired: lines and columns in the file as of that commit (or tag), whose content is the object `oid`. */
export const HistoryPlace = z.strictObject({
  commit: ObjectId,
  oid: ObjectId,
  startLine: z.int().positive(),
  endLine: z.int().positive(),
  startColumn: z.int().positive(),
  endColumn: z.int().positive(),
});
export type HistoryPlace = z.infer<typeof HistoryPlace>;

/** What was scanned of a history: commits are clean by this run or by an earlier one with the same rules and tool, which leaves no trace here. */
export const HistoryScan = z.strictObject({
  commits: z.int().nonnegative(),
  sha256: Sha256,
  /** Versions of files (and messages) that were scanned, and those that are binary and were not. */
  texts: z.int().nonnegative(),
  binaries: z.int().nonnegative(),
  gaps: z.array(HistoryGap),
  problems: z.array(Problem),
});
export type HistoryScan = z.infer<typeof HistoryScan>;

/** One commit (or tag) that was scanned to its end. */
export const ScannedCommit = z.strictObject({
  commit: ObjectId,
  texts: z.int().nonnegative(),
  binaries: z.int().nonnegative(),
  gaps: z.array(HistoryGap),
});
export type ScannedCommit = z.infer<typeof ScannedCommit>;
