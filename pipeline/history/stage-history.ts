import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../schemas/evidence.ts";
import type { ScannedCommit } from "../../schemas/history.ts";
import type { StagedHistory } from "../tree/staged-history.ts";
import { writeCanaries } from "./canary.ts";
import { type Change, listChanges, listCommits, listTree } from "./changes.ts";
import { type History, problemOf } from "./history.ts";
import type { Memory } from "./memory.ts";
import { openPieces } from "./pieces.ts";
import { stageUnits, type Unit } from "./stage.ts";

export interface StagingRequest {
  /** A new folder for the pieces. */
  readonly dir: string;
  readonly memory: Memory;
  /** What the scanner must find in the canary commits. */
  readonly canaryText: string;
  /** A base name that the scanner reads. */
  nameOf(base: string): string;
  readTree(path: string): Buffer | undefined;
}

/**
 * Stages all of a history that is not remembered. What can't be staged is a problem in the result, never an exception; then nothing of
 * it may be remembered.
 */
export async function stageHistory(history: History, request: StagingRequest): Promise<StagedHistory> {
  const { git, commits, tags, trees, blobs, summary } = history;
  const known = request.memory.commits;
  const all = [...commits, ...tags, ...trees, ...blobs];
  const remembered = all.flatMap((oid) => known.get(oid) ?? []);
  const folder = openPieces(request.dir);
  const canaries = writeCanaries(git.objects, request.canaryText);
  let staged: readonly ScannedCommit[] = [];
  const problems: Problem[] = [];
  try {
    const fresh = (oids: readonly string[]) => oids.filter((oid) => !known.has(oid));
    const units: Unit[] = [];
    const order = [...(await listCommits(git, [canaries.tip])), ...fresh(commits)];
    for await (const { commit, changes } of listChanges(git, order)) units.push({ commit, message: COMMIT, changes });
    for (const tag of fresh(tags)) units.push({ commit: tag, message: TAG, changes: [] });
    for (const tree of fresh(trees)) {
      units.push({ commit: tree, message: undefined, changes: await listTree(git, tree) });
    }
    for (const blob of fresh(blobs)) units.push({ commit: blob, message: undefined, changes: [taggedFile(blob)] });
    const counted = await stageUnits(git, units, folder, request.nameOf);
    staged = counted.filter(({ commit }) => !canaries.ways.has(commit));
  } catch (error) {
    problems.push(problemOf(error));
  }
  return {
    summary,
    pieces: folder.pieces,
    bytes: folder.bytes(),
    readPiece: (name) => readFileSync(join(request.dir, name)),
    readTree: request.readTree,
    canaries: canaries.ways,
    order: new Map(all.map((oid, index) => [oid, index])),
    staged,
    remembered,
    problems,
  };
}

const COMMIT = "(commit message)";
const TAG = "(tag message)";

function taggedFile(oid: string): Change {
  return { path: Buffer.from("(tagged file)"), mode: "100644", oid, before: [] };
}
