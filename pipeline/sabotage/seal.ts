import { createHash } from "node:crypto";
import type { Left } from "../kinds/attack.ts";

/** What a step left with the digests that the step runner writes down when it has ended: the tool itself wrote all that. */
export function sealed(left: Left): Left {
  const files = Object.entries(left).filter(([name]) => name !== RECORD);
  const outputs = Object.fromEntries(files.map(([name, text]) => [name.replace(/^out\//, ""), sha256Of(text)]));
  const exit = JSON.parse(left[RECORD] ?? "{}") as object;
  return { ...left, [RECORD]: JSON.stringify({ ...exit, outputs }) };
}

/** The same after an attack; where the attack is on the digests themselves, or leaves no record, it stays as it is. */
export function sealedAgain(left: Left, before: Left): Left {
  return recordOf(left) === recordOf(before) ? sealed(left) : left;
}

const RECORD = "exit.json";

/** The digests, and whether there is a record at all. */
function recordOf(left: Left): string {
  try {
    return JSON.stringify((JSON.parse(left[RECORD] ?? "null") as { outputs?: unknown } | null)?.outputs ?? null);
  } catch (cause) {
    if (cause instanceof SyntaxError) return "no record";
    throw cause;
  }
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
