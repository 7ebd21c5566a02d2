import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import type { HistorySummary } from "../../schemas/history.ts";
import type { Step } from "../../schemas/step.ts";
import { locate } from "../execute/host/sandbox.ts";
import { digestOf } from "../findings/digest.ts";
import { openHistory } from "../history/history.ts";
import { recall, remember } from "../history/memory.ts";
import { stageHistory } from "../history/stage-history.ts";
import { CANARY_RULES, canaryText } from "../kinds/secret_scan/canary.ts";
import { secretScan } from "../kinds/secret_scan/index.ts";
import { isNamesFile } from "../kinds/secret_scan/path-names.ts";
import { neutralName } from "../kinds/secret_scan/staged-name.ts";
import type { Planning } from "../plan/plan.ts";
import { plainTextOf } from "../tree/plain-text.ts";
import { readSourceFile } from "../tree/source-file.ts";
import { HISTORY_CANARIES, type StagedHistory } from "../tree/staged-history.ts";
import { PINS } from "./pins.ts";
import type { Screen } from "./screen.ts";
import type { World } from "./world.ts";

interface HistoryOptions {
  readonly history?: boolean | undefined;
  readonly only?: KindId | undefined;
}

/** What `run/run.json` tells of a history's scan. */
export interface HistoryRecord {
  readonly commits: number;
  /** Commits and tags that an earlier run found clean, and that were not scanned again. */
  readonly remembered: number;
  readonly ignoredCacheFiles: readonly string[];
}

/** A history that lies in a folder for a step to see. */
export interface StagedRunHistory {
  readonly dir: string;
  readonly staged: StagedHistory;
  readonly record: HistoryRecord;
  /** Keeps which commits are clean, when the evidence is complete. */
  remember(evidence: Evidence | undefined): void;
}

/** What a plan says of the history; undefined when it is not asked for. */
export async function summarizeHistory(
  options: HistoryOptions,
  root: string,
  world: World,
): Promise<HistorySummary | undefined> {
  const scratch = mkdtempSync(join(tmpdir(), "supply-gate-"));
  try {
    return (await openRunHistory(options, root, scratch, world))?.summary;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Opens the history of a run when it is asked for. `stage` gives undefined when there is nothing to scan.
 * @throws GateError USAGE_INVALID when the job that looks at it is left out
 */
export async function openRunHistory(options: HistoryOptions, root: string, runDir: string, world: World) {
  if (options.history !== true) return undefined;
  if (options.only !== undefined && options.only !== "secret_scan") {
    throw new GateError("USAGE_INVALID", `--history: found --only ${options.only}, expected secret_scan`);
  }
  const program = locate("git", world.env["PATH"] ?? "", root);
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(MOST_MS)]);
  const history = await openHistory({ root, scratch: join(runDir, "git"), program, signal });
  return {
    summary: history.summary,
    async stage({ plan, inventory }: Planning, screen: Screen): Promise<StagedRunHistory | undefined> {
      const job = plan.jobs.find(({ kind }) => kind === "secret_scan");
      if (history.git === null || job?.state !== "planned") return undefined;
      const cache = join(world.cacheRoot, "history", rulesDigest(job.step));
      const memory = recall(cache);
      for (const name of memory.ignored) screen.note(`history cache: not used: ${name}`);
      const dir = join(runDir, "history");
      const files = new Map(inventory.files.map((file) => [file.path, file]));
      const staged = await stageHistory(history, {
        dir,
        memory,
        canaryText: canaryText(),
        nameOf: neutralName,
        readTree: (path) => {
          const file = files.get(path);
          return file === undefined ? undefined : (plainTextOf(readSourceFile(root, file)) ?? undefined);
        },
      });
      const { length: remembered } = staged.remembered;
      const { commits } = history.summary;
      screen.note(`history: ${commits} commits, ${remembered} known to be clean from an earlier run`);
      return {
        dir,
        staged,
        record: { commits, remembered, ignoredCacheFiles: memory.ignored },
        remember: (evidence) => {
          if (evidence !== undefined) keepClean(cache, staged, evidence);
        },
      };
    },
  };
}

/** Git, which reads objects that anybody may have made, and the staging of what it gives have this long. */
const MOST_MS = 1_800_000;

/** What a commit's being clean depends on; the names of the tree as it is now are none of it. */
function rulesDigest({ argv, env, tool, staging: { files, extracts } }: Step): string {
  const ours = Object.fromEntries(Object.entries(files).filter(([name]) => !isNamesFile(name)));
  return digestOf({ format: STAGING_FORMAT, argv, env, pin: PINS.tools[tool] ?? null, files: ours, extracts });
}

/** Counts up with every change in how a commit becomes texts. */
const STAGING_FORMAT = 2;

function keepClean(cache: string, staged: StagedHistory, { problems, report }: Evidence): void {
  if (report === null || problems.length > 0 || staged.problems.length > 0) return;
  const { secrets, canaries } = secretScan.read(report);
  if (![...CANARY_RULES, ...HISTORY_CANARIES].every((name) => canaries.includes(name))) return;
  const dirty = new Set(secrets.flatMap(({ history }) => (history ?? []).map(({ commit }) => commit)));
  remember(
    cache,
    staged.staged.filter(({ commit }) => !dirty.has(commit)),
    randomUUID(),
  );
}
