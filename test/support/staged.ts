import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHistory } from "../../pipeline/history/history.ts";
import { type Memory, NO_MEMORY } from "../../pipeline/history/memory.ts";
import { stageHistory } from "../../pipeline/history/stage-history.ts";
import type { StagedHistory } from "../../pipeline/tree/staged-history.ts";
import type { HistorySummary } from "../../schemas/history.ts";
import { GIT } from "./made-repository.ts";

export interface Opened {
  readonly summary: HistorySummary;
  readonly staged: StagedHistory | null;
}

/** Opens and stages the history of a folder as a run does. */
export async function stagedHistory(root: string, memory: Memory = NO_MEMORY): Promise<Opened> {
  const scratch = mkdtempSync(join(tmpdir(), "supply-gate-test-"));
  const signal = new AbortController().signal;
  const history = await openHistory({ root, scratch, program: GIT ?? null, signal });
  if (history.git === null) return { summary: history.summary, staged: null };
  const staged = await stageHistory(history, {
    dir: join(scratch, "pieces"),
    memory,
    canaryText: "canary\n",
    nameOf: (base) => base.replace(/[^a-z.]/g, "_").slice(-40),
    readTree: () => undefined,
  });
  return { summary: history.summary, staged };
}

/** Texts that a history brings, as `path: text`, sorted; the canaries' are left out. */
export function textsOf({ staged }: Opened): string[] {
  if (staged === null) throw new Error("nothing was staged");
  return [...staged.pieces]
    .flatMap(([name, { origins, shift }]) =>
      origins
        .filter(({ commit }) => !staged.canaries.has(commit))
        .map(({ path }) => `${path}: ${staged.readPiece(name).subarray(shift).toString("latin1")}`),
    )
    .sort();
}
