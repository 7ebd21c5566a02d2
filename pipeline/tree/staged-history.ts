import type { Problem } from "../../schemas/evidence.ts";
import type { HistorySummary, ScannedCommit } from "../../schemas/history.ts";
import type { Landmarks } from "../../schemas/landmarks.ts";

/** Ways that are proved in every run: a line added to a file that attributes call binary, a merge's own change, a message. */
export const HISTORY_CANARIES = ["history-added", "history-merged", "history-message"] as const;

/** Three numbers for each run of lines: first line in the piece, first line in the file, how many; negative: they are not new. */
export type LineRuns = readonly number[];

/** Where a staged text comes from. */
export interface Origin {
  /** Commit, or annotated tag, that brings it. */
  readonly commit: string;
  readonly path: string;
  /** The object that holds it. */
  readonly oid: string;
  /** No parent has a file at that path. */
  readonly isNew: boolean;
  readonly runs: LineRuns;
}

/** A staged text, and all that bring it. */
export interface Piece {
  /** Lines of ours before the text's first. */
  readonly shift: number;
  /** Set for one that gitleaks cuts, which lies there in windows too: of the text as it was staged. */
  readonly landmarks?: Landmarks | undefined;
  readonly origins: readonly Origin[];
}

/** What of a repository's history lies at `{scan}/history`, and what earlier runs found clean. */
export interface StagedHistory {
  readonly summary: HistorySummary;
  /** By name below `{scan}/history`. */
  readonly pieces: ReadonlyMap<string, Piece>;
  /** Bytes of all pieces as they were staged. */
  readonly bytes: number;
  /** Content of a piece as it was staged. */
  readPiece(name: string): Buffer;
  /** Content of a file of the tree as text; undefined when there is none. */
  readTree(path: string): Buffer | undefined;
  /** Commits of ours, and what each proves; "" for one that only has to be there. */
  readonly canaries: ReadonlyMap<string, string>;
  /** Place of each commit and tag in the history, parents first. */
  readonly order: ReadonlyMap<string, number>;
  /** What was staged in this run, without the canaries. */
  readonly staged: readonly ScannedCommit[];
  /** What an earlier run with the same rules and tool scanned to its end and found clean. */
  readonly remembered: readonly ScannedCommit[];
  readonly problems: readonly Problem[];
}
