import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StepOutcome } from "../execute/engine.ts";
import type { Scrubber } from "../leaks/scrub.ts";
import type { Recorded } from "../protocol/recorder/recorder.ts";
import type { OpenedEngine } from "./engine.ts";
import type { PlannedJob } from "./evidence.ts";
import type { HistoryRecord } from "./history.ts";
import type { Phases } from "./phases.ts";

interface RunFacts {
  readonly phases: Phases;
  readonly opened: OpenedEngine;
  /** How each engine ended when it was last put through its cases here. */
  readonly standings: Readonly<Record<string, string>>;
  readonly outcomes: ReadonlyMap<string, StepOutcome>;
  readonly history: HistoryRecord | null;
  /** How many events the flight recorder has, and the hash of its last line: a chain made anew ends in another one. */
  readonly recorder: Recorded;
}

/** Writes `run/run.json`: all that has a clock, a host or a duration. */
export function writeRunRecord(
  runDir: string,
  { phases, opened, standings, outcomes, history, recorder }: RunFacts,
  scrubber: Scrubber,
): void {
  const record = {
    schemaVersion: "supply-gate/run-1",
    ...phases,
    /** Highest resident size of this process itself, not of the tools. */
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
