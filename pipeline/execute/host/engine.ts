import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Step } from "../../../schemas/step.ts";
import type { Egress, Engine, StepEvents, StepOutcome } from "../engine.ts";
import { runStep } from "../step-runner.ts";
import { runWithin } from "./budget.ts";
import { probeEgress } from "./egress.ts";
import { type PreparedStep, prepareStep, type Surroundings } from "./prepared-step.ts";
import { findBubblewrap, type Sandbox } from "./sandbox.ts";
import type { SharedTrees } from "./tree-copy.ts";

/** `source` is the tree's root as `realpath` gives it; `runDir` a private folder (0700) of this run. */
export interface HostEngineOptions extends Surroundings {
  readonly cpus: number;
  /** What all running steps together may use, by their limits. */
  readonly memoryBytes: number;
  /** "none" runs without isolation even where bubblewrap works. */
  readonly sandbox: "auto" | "none";
  /** Only its PATH is read, to find bubblewrap. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log?: (message: string) => void;
}

/** Opens the engine that runs steps on this machine: inside bubblewrap where it works, else in folders, which `isolation` tells. */
export async function createHostEngine(options: HostEngineOptions): Promise<Engine> {
  const found = options.sandbox === "none" ? "not wanted" : await findBubblewrap(options.env, options.source);
  if (typeof found === "string") options.log?.(`no sandbox: ${found}`);
  const sandbox = typeof found === "string" ? null : found;
  const closing = new AbortController();
  const executions = new Set<Promise<unknown>>();
  let probe: Promise<Egress> | undefined;
  const egress = (): Promise<Egress> => {
    probe ??= sandbox === null ? Promise.resolve("not proved") : probeEgress(sandbox);
    return probe;
  };
  return {
    name: "host",
    isolation: sandbox === null ? "none" : "bubblewrap",
    egress,
    async execute(steps, signal, events) {
      const execution = executeSteps(options, sandbox, steps, AbortSignal.any([signal, closing.signal]), events);
      executions.add(execution);
      // Beside the scans: it costs them nothing, and nobody has to wait for it afterwards.
      const [outcomes] = await Promise.all([execution.finally(() => executions.delete(execution)), egress()]);
      return outcomes;
    },
    async close() {
      closing.abort();
      await Promise.allSettled([...executions, probe]);
      await rm(join(options.runDir, "work"), { recursive: true, force: true });
    },
  };
}

async function executeSteps(
  options: HostEngineOptions,
  sandbox: Sandbox | null,
  steps: readonly Step[],
  signal: AbortSignal,
  events: StepEvents,
): Promise<Map<string, StepOutcome>> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const shared: SharedTrees = new Map();
  const prepared: PreparedStep[] = [];
  // All before any runs: staging blocks, and meanwhile nobody would watch over the limits of a running tool.
  for (const [index, step] of steps.entries()) {
    prepared.push(prepareStep(options, sandbox, step, index, shared));
    await nextTurn();
  }
  const tasks = prepared.map((item) => ({
    memoryBytes: item.step.limits.memoryBytes,
    run: () => executeStep(item, stop, events),
  }));
  const outcomes = await runWithin(tasks, options, () => failed.abort());
  return new Map(outcomes.map((outcome) => [outcome.id, outcome]));
}

async function executeStep(item: PreparedStep, signal: AbortSignal, events: StepEvents): Promise<StepOutcome> {
  const { id } = item.step;
  events.started(id);
  const exit = await runStep(item.invocation, { ...item.options, signal });
  events.ended(id, exit);
  return { id, logDir: item.folders.log, outDir: item.folders.out, exit, scanRoot: item.scanRoot };
}
