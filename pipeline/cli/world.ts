import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import ciInfo from "ci-info";
import envPaths from "env-paths";
import picocolors from "picocolors";

/** Everything that differs from machine to machine, read once at the door. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly cacheRoot: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** A terminal that can redraw: no pipe, no CI. */
  readonly interactive: boolean;
  readonly colors: ReturnType<typeof picocolors.createColors>;
}

/** The world as this process finds it; `color` is what the caller asked for on the command line. */
export function thisWorld(signal: AbortSignal, color: boolean | undefined): World {
  const { env } = process;
  return {
    env,
    cwd: process.cwd(),
    cacheRoot: env["SUPPLY_GATE_CACHE"] ?? join(envPaths("supply-gate", { suffix: "" }).cache),
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    platform: `${process.platform}-${process.arch}`,
    now: () => new Date(),
    signal,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true && env["TERM"] !== "dumb" && !ciInfo.isCI,
    colors: picocolors.createColors(wantsColor(env, color, process.stdout.isTTY === true)),
  };
}

/** FORCE_COLOR, then the option, then NO_COLOR (not empty), then a dumb terminal, then whether it is a terminal. */
export function wantsColor(
  env: Readonly<Record<string, string | undefined>>,
  option: boolean | undefined,
  terminal: boolean,
): boolean {
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0";
  if (option !== undefined) return option;
  if ((env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") return false;
  return terminal;
}
