import { join } from "node:path";
import type { Step, StepInvocation } from "../../../schemas/step.ts";

/** Where a step's folders are on this machine. */
export interface Folders {
  readonly scan: string;
  readonly out: string;
  readonly tmp: string;
  readonly log: string;
}

/** What the placeholders stand for. */
export interface Places {
  readonly scan: string;
  readonly out: string;
  readonly tool: string;
  readonly tmp: string;
}

export const SANDBOX_PLACES: Places = { scan: "/scan", out: "/out", tool: "/tool", tmp: "/tmp" };

/**
 * Folders of a run's n-th step, below `runDir/work`, which is removed at the end; names are of equal length, so that what a tool
 * does with a path's length is the same for each. Logs stay in `runDir/logs/<id>`, but those of a sensitive step.
 */
export function foldersOf(runDir: string, step: Step, index: number): Folders {
  const base = join(runDir, "work", `step-${String(index).padStart(3, "0")}`);
  return {
    scan: join(base, "scan"),
    out: join(base, "out"),
    tmp: join(base, "tmp"),
    log: step.sensitive ? join(base, "log") : join(runDir, "logs", step.id),
  };
}

/** A step with every placeholder replaced. */
export function invocationOf(step: Step, places: Places, outDir: string): StepInvocation {
  const place = (text: string): string =>
    text.replace(/\{(scan|out|tool|tmp)\}/g, (_, name: keyof Places) => places[name]);
  return {
    argv: step.argv.map(place),
    cwd: place(step.cwd),
    // Without a PATH a program would be looked for in the system's default one.
    env: Object.fromEntries(
      Object.entries({ PATH: "/nonexistent", ...step.env }).map(([name, value]) => [name, place(value)]),
    ),
    version: { argv: step.version.argv.map(place), pattern: step.version.pattern },
    limits: step.limits,
    outDir,
    outputs: step.outputs,
  };
}
