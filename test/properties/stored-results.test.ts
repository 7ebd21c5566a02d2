import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { decideCommand } from "../../pipeline/cli/decide-command.ts";
import type { World } from "../../pipeline/cli/world.ts";
import { conclude } from "../../pipeline/report/conclusion.ts";
import { documents } from "../../pipeline/report/documents.ts";
import { GateError } from "../../schemas/error.ts";
import { type Replayed, recordedCase, replay } from "../support/replay.ts";
import { makeTree } from "../support/tree.ts";
import { byteChanges } from "./byte-change.ts";
import { PROPERTY_TIMEOUT, runsOf } from "./runs.ts";

/** A results folder as a run leaves it, and its files. */
function storedResults(decision: Replayed): { folder: string; files: ReadonlyMap<string, Buffer> } {
  const folder = makeTree({});
  const files = new Map<string, Buffer>();
  for (const [path, text] of documents(conclude(decision.input))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    files.set(path, readFileSync(join(folder, path)));
  }
  return { folder, files };
}

/** Repeats the decision on a results folder: the verdict that it prints, or the error that it ends with. */
async function decideAgain(folder: string): Promise<string> {
  let printed = "";
  const world = { cwd: "/", colors: picocolors.createColors(false), stdout: (text: string) => (printed += text) };
  try {
    await decideCommand({ results: folder, json: true }, world as unknown as World);
    return printed;
  } catch (error) {
    if (error instanceof GateError) return error.code;
    throw error;
  }
}

describe("one byte of a results folder, changed in any way,", () => {
  it.each([
    ["secret_scan", "plain"],
    ["secret_scan", "empty-tree"],
    ["vuln_scan", "malware"],
    ["vuln_scan", "clean"],
  ] as const)("gives the verdict of %s/%s again or none at all", { timeout: PROPERTY_TIMEOUT }, async (kind, name) => {
    const { planned, recording } = recordedCase(kind, name);
    const { folder, files } = storedResults(replay(planned, recording));
    const good = await decideAgain(folder);
    expect(good).toBe(files.get("verdict.json")?.toString());
    await fc.assert(
      fc.asyncProperty(byteChanges(files), async ({ file, offset, value }) => {
        const whole = files.get(file) ?? Buffer.alloc(0);
        const bytes = Buffer.from(whole);
        bytes[offset] = value;
        writeFileSync(join(folder, file), bytes);
        const again = await decideAgain(folder);
        writeFileSync(join(folder, file), whole);
        expect([good, "DOCUMENT_INVALID", "USAGE_INVALID"]).toContain(again);
      }),
      runsOf(80),
    );
  });
});
