import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRecord } from "../../schemas/run.ts";
import type { StepOutcome } from "../execute/engine.ts";
import type { Scrubber } from "../leaks/scrub.ts";
import type { Recorded } from "../protocol/recorder/recorder.ts";
import type { Standing } from "./conformance-record.ts";
import type { OpenedEngine } from "./engine.ts";
import type { PlannedJob } from "./evidence.ts";
import type { HistoryRecord } from "./history.ts";
import type { Phases } from "./phases.ts";

interface RunFacts {
  readonly phases: Phases;
  readonly opened: OpenedEngine;
  readonly standings: Readonly<Record<string, Standing["state"]>>;
  readonly outcomes: ReadonlyMap<string, StepOutcome>;
  readonly history: HistoryRecord | null;
  readonly recorder: Recorded;
}

/** Writes `run/run.json`: all that has a clock, a host or a duration. */
export function writeRunRecord(
  runDir: string,
  { phases, opened, standings, outcomes, history, recorder }: RunFacts,
  scrubber: Scrubber,
): void {
  const record: RunRecord = {
    schemaVersion: "supply-gate/run-1",
    started: phases.started,
    ended: phases.ended,
    wallMs: phases.wallMs,
    phaseMs: { ...phases.phaseMs },
    maxRssBytes: process.resourceUsage().maxRSS * 1024,
    engine: opened.engine.name,
    engineReason: opened.reason,
    isolation: opened.engine.isolation,
    tools: opened.tools,
    conformance: standings,
    history,
    recorder,
    steps: Object.fromEntries([...outcomes].map(([id, { exit }]) => [id, exit])),
  };
  mkdirSync(join(runDir, "run"), { recursive: true });
  writeFileSync(join(runDir, "run", "run.json"), `${JSON.stringify(scrubber.value(record), null, 2)}\n`);
}

/** Copies each step's logs to `run/<step>/`, without the found secrets; of a sensitive step only how it ended: its words may hold what it found. */
export function keepLogs(
  runDir: string,
  jobs: readonly PlannedJob[],
  outcomes: ReadonlyMap<string, StepOutcome>,
  scrubber: Scrubber,
): void {
  for (const { step } of jobs) {
    const outcome = outcomes.get(step.id);
    if (outcome === undefined) continue;
    const folder = join(runDir, "run", step.id);
    mkdirSync(folder, { recursive: true });
    for (const name of step.sensitive ? ["exit.json"] : ["exit.json", "stdout", "stderr"]) {
      const from = join(outcome.logDir, name);
      if (existsSync(from)) writeFileSync(join(folder, name), scrubber.bytes(readFileSync(from)));
    }
  }
}
