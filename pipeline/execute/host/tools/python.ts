import { realpathSync } from "node:fs";
import { z } from "zod";
import { readJson } from "../../../../schemas/read.ts";
import { RouteFault } from "./context.ts";
import { lastLines, runProgram, type Surroundings } from "./program.ts";

const Python = z.object({ version: z.string(), executable: z.string(), prefix: z.string() });

/** An interpreter that is not itself part of a virtual environment; both paths are real ones. */
export type Python = z.infer<typeof Python>;

const ASK = `
import json, platform, sys
executable = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps({"version": platform.python_version(), "executable": executable, "prefix": sys.base_prefix}))
`;

/**
 * The Pythons on PATH whose version is one of `versions` (`3.12`), the preferred first: by their own name, then what `python3` is.
 * @throws RouteFault when there is none, saying what was found instead
 */
export async function findPythons(versions: readonly string[], surroundings: Surroundings): Promise<Python[]> {
  const found = new Map<string, Python>();
  const refused: string[] = [];
  for (const name of [...versions.map((version) => `python${version}`), "python3", "python"]) {
    const ran = await runProgram([name, "-I", "-c", ASK], { ...surroundings, timeoutMs: 30_000 });
    if (ran.fault !== null) {
      if (!ran.fault.startsWith("no such program")) refused.push(`${name} ${ran.fault}`);
      continue;
    }
    const python = readJson(Python, ran.stdout, `the answer of ${name}`);
    const executable = realpathSync(python.executable);
    if (versions.includes(python.version.split(".").slice(0, 2).join("."))) {
      found.set(executable, { ...python, executable, prefix: realpathSync(python.prefix) });
    } else {
      refused.push(`${name} is ${python.version}`);
    }
  }
  if (found.size > 0) return [...found.values()];
  const instead = refused.length === 0 ? "none" : lastLines(refused.join("\n"));
  throw new RouteFault(`found ${instead}, expected Python ${versions.join(", ")} on PATH`);
}
