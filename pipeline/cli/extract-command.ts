import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "../../schemas/read.ts";
import { StepInvocation } from "../../schemas/step.ts";
import { PLACES } from "../execute/dagger/dockerfile.ts";
import { extractText } from "../tree/extract.ts";
import type { World } from "./world.ts";

/** `supply-gate extract` (engines): takes a step's texts out of the tool in `/tool`, where no host does it. */
export async function extractCommand(
  options: { readonly file: string; readonly to: string },
  _world: World,
): Promise<number> {
  const { extracts = {} } = readJson(StepInvocation, readFileSync(options.file, "utf8"), options.file);
  for (const [name, extract] of Object.entries(extracts)) {
    const program = readFileSync(join(PLACES.tool, extract.program));
    writeFileSync(join(options.to, name), extractText(extract, program));
  }
  return 0;
}
