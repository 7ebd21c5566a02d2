import { createHash } from "node:crypto";
import { GateError } from "../../schemas/error.ts";
import type { Extract } from "../../schemas/step.ts";

/**
 * Takes a text out of a tool's program, checks it against its pin, and changes it as the plan says.
 * @throws GateError PIN_MISMATCH when the program does not hold exactly that text once
 */
export function extractText(extract: Extract, program: Buffer): string {
  const at = program.indexOf(extract.start);
  const bytes = at < 0 ? Buffer.alloc(0) : program.subarray(at, at + extract.length);
  const found = createHash("sha256").update(bytes).digest("hex");
  const twice = at >= 0 && program.indexOf(extract.start, at + 1) >= 0;
  if (at < 0 || twice || found !== extract.sha256) {
    const what = at < 0 ? "no such text" : twice ? "its beginning twice" : `another text (sha256 ${found})`;
    throw new GateError(
      "PIN_MISMATCH",
      `${extract.program}: found ${what} in the program, expected sha256 ${extract.sha256}`,
      {
        next: "supply-gate tools install --force",
      },
    );
  }
  const text = bytes.toString("utf8");
  const from = text.indexOf(extract.replace.from);
  const to = text.indexOf(extract.replace.to, from);
  if (from < 0 || to < 0) throw new Error(`${extract.program}: the text of the pinned digest has no part to replace`);
  return text.slice(0, from) + extract.replace.with + text.slice(to + extract.replace.to.length) + extract.append;
}
