import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Extract } from "../../../schemas/step.ts";
import type { InstalledTool } from "../../execute/host/tools/index.ts";
import program from "./fake-tool.txt" with { type: "text" };

/** What stands in a tool's place does this, in this order; without `outputs` and `real` it writes nothing. */
export interface Behaviour {
  /** What it prints when it is asked for its version; the real tool's own words by default. */
  readonly version?: string;
  /** Paths below `{scan}` that are removed first. */
  readonly removes?: readonly string[];
  /** Runs the real tool. */
  readonly real?: boolean;
  /** Text by name of an output; `{scan}` in it is the stage. */
  readonly outputs?: Readonly<Record<string, string>>;
  readonly stderr?: string;
  /** Waits for ever afterwards. */
  readonly waits?: boolean;
  readonly signal?: string;
  /** The real tool's own status by default, where it ran. */
  readonly status?: number;
}

/** Puts something in the place of a tool, for as long as `act` takes. */
export async function inPlaceOf<T>(
  real: InstalledTool,
  put: (executable: string, dir: string) => void,
  act: (tool: InstalledTool) => Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), "supply-gate-fake-"));
  try {
    const executable = join(dir, real.executable.slice(real.dir.length + 1));
    mkdirSync(dirname(executable), { recursive: true });
    put(executable, dir);
    return await act({ ...real, dir, executable });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A program of ours, which holds what a step takes out of the real one: it must get as far as to be run. */
export function fakeTool(real: InstalledTool, behaviour: Behaviour, extracts: Readonly<Record<string, Extract>>) {
  return (executable: string, dir: string): void => {
    const script = join(dir, "fake.mjs");
    writeFileSync(script, `${program}\nawait behave(${JSON.stringify({ ...behaviour, tool: real.executable })});\n`);
    const kept = Object.values(extracts).map((extract) => extractedPart(real, extract));
    writeFileSync(executable, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n${kept.join("\n")}`);
    chmodSync(executable, 0o755);
  };
}

function extractedPart({ dir }: InstalledTool, { program: file, start, length }: Extract): string {
  const bytes = readFileSync(join(dir, file));
  const at = bytes.indexOf(start);
  return bytes.subarray(at, at + length).toString("utf8");
}
