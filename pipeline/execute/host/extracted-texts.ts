import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../../schemas/error.ts";
import type { Extract } from "../../../schemas/step.ts";
import { extractText } from "../../tree/extract.ts";

/** Texts out of the tool's own program, by the name that they are staged under; none when the tool is somewhere else. */
export function extractedTexts(
  extracts: Readonly<Record<string, Extract>>,
  toolDir: string | undefined,
): [name: string, text: string][] {
  if (toolDir === undefined) return [];
  return Object.entries(extracts).map(([name, extract]) => {
    return [name, extractText(extract, readProgram(join(toolDir, extract.program)))];
  });
}

function readProgram(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new GateError("TOOL_UNAVAILABLE", `${path}: can't be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
      next: "supply-gate tools install --force",
    });
  }
}
