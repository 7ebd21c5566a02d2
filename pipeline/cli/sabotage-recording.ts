import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../schemas/error.ts";
import { NOTHING_KNOWN } from "../../schemas/known.ts";
import type { StepOutcome } from "../execute/engine.ts";
import type { Recording } from "../sabotage/recording.ts";
import type { PlannedJob } from "./evidence.ts";
import { type ObservedRun, type RunOptions, runGate } from "./gate.ts";
import { PINS, TOOLS } from "./pins.ts";
import type { Screen } from "./screen.ts";
import type { World } from "./world.ts";

/** Gates a tree once with the real tools, on this machine, and keeps what every step left: in memory, since gitleaks' report is private. */
export async function recordRun(
  name: string,
  options: Omit<RunOptions, "engine" | "observe">,
  world: World,
  screen: Screen,
): Promise<Recording> {
  const seen: Recording[] = [];
  await runGate(
    { ...options, engine: "host", observe: (run) => void seen.push(recordingOf(name, run)) },
    world,
    screen,
  );
  return seen[0] as Recording;
}

function recordingOf(name: string, { planning, inputs, evidence, outcomes, advisories }: ObservedRun): Recording {
  const jobs = planning.plan.jobs.filter((job): job is PlannedJob => job.state === "planned");
  const own = [...evidence].filter(([kind]) => jobs.every((job) => job.kind !== kind));
  return {
    name,
    root: inputs.root,
    input: {
      ...planning,
      policy: inputs.policy,
      waivers: inputs.waivers,
      known: NOTHING_KNOWN,
      evidence: new Map(own),
      tools: TOOLS,
      isolation: { kind: "none", egress: "not proved" },
    },
    steps: jobs.map((job) => ({ job, ...leftBy(job, outcomes.get(job.step.id)) })),
    pins: PINS,
    register: inputs.register,
    advisories,
  };
}

function leftBy({ step }: PlannedJob, outcome: StepOutcome | undefined) {
  if (outcome === undefined) {
    throw new GateError("TOOL_UNAVAILABLE", `${step.tool}: is not there, expected every tool`, {
      next: "supply-gate tools install",
    });
  }
  const { logDir, outDir, scanRoot } = outcome;
  const logs = ["exit.json", "stdout", "stderr"].map((file) => [file, join(logDir, file)] as const);
  const outputs = step.outputs.map((file) => [`out/${file}`, join(outDir, file)] as const);
  const files = [...logs, ...outputs].filter(([, path]) => existsSync(path));
  return { scanRoot, left: Object.fromEntries(files.map(([file, path]) => [file, readFileSync(path, "utf8")])) };
}
