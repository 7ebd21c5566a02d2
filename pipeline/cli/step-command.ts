import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { GateError } from "../../schemas/error.ts";
import { readJson } from "../../schemas/read.ts";
import { StepInvocation } from "../../schemas/step.ts";
import { runStep } from "../execute/step-runner.ts";
import type { World } from "./world.ts";

/** `supply-gate step step.json`: runs one tool under its limits. The exit status says only that there is an exit record: 0. */
export async function stepCommand({ file }: { readonly file: string }, world: World): Promise<number> {
  const invocation = readJson(StepInvocation, textOf(resolve(world.cwd, file), file), file, "CONFIG_INVALID");
  await runStep(invocation, { signal: world.signal });
  return 0;
}

function textOf(path: string, asGiven: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new GateError("USAGE_INVALID", `${asGiven}: can't be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  }
}
