import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { conclude } from "../../pipeline/report/conclusion.ts";
import { documents } from "../../pipeline/report/documents.ts";
import type { KindId } from "../../schemas/common.ts";
import { recordedCase, replay } from "../support/replay.ts";
import { makeTree } from "../support/tree.ts";

/** The results of a recorded run in `out` of a new folder, with the id of its first finding and the folder of its advisories. */
export function recordedResults(kind: KindId, name: string): { cwd: string; id: string; advisories: string } {
  const cwd = makeTree({});
  const { planned, recording } = recordedCase(kind, name);
  const { input, findings } = replay(planned, recording);
  for (const [path, text] of documents(conclude(input))) {
    mkdirSync(dirname(join(cwd, "out", path)), { recursive: true });
    writeFileSync(join(cwd, "out", path), text);
  }
  return { cwd, id: findings[0]?.id ?? "", advisories: planned.advisories ?? "" };
}
