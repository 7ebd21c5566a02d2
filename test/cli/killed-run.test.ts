import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GIT, makeRepository } from "../support/made-repository.ts";
import { makeTree } from "../support/tree.ts";
import { documentsOf, expectReadable, fractions, type Place, run } from "./killed-run.ts";
import { HOST_ARGS, registerProject, TREE_ARGS } from "./register-project.ts";

const LANES = 2;
const RUNS = 25;

function place(): Place {
  return { cwd: registerProject(), temporary: makeTree({}), cache: makeTree({}) };
}

/** Results in the tree, as they are unless one says otherwise; the check needs no tool. */
function argsOf(store: string): string[] {
  return [".", "--only", "oss_register_audit", ...TREE_ARGS, ...HOST_ARGS, "--store", store];
}

/** Every other moment lies anywhere in a run, the rest where results and artifacts are written. */
async function killedRuns(lane: Place, seed: number, wholeMs: number, store: string): Promise<number> {
  let unfinished = 0;
  for (const [index, fraction] of fractions(seed, RUNS).entries()) {
    // Another tree each time, so that there is something new to store.
    writeFileSync(join(lane.cwd, "a.ts"), `export const run = ${seed}${index};\n`);
    const moment =
      index % 2 === 0 ? { said: null, ms: fraction * wholeMs } : { said: /deciding/, ms: (fraction * wholeMs) / 4 };
    await run(argsOf(store), lane, moment);
    unfinished = expectReadable(lane, store).length;
  }
  return unfinished;
}

describe("a run that is killed", () => {
  it(`D-02 F-14 J-60: at any of ${LANES * RUNS} moments leaves store, results and recorder readable, and the next run as it is`, async () => {
    const untouched = place();
    const began = performance.now();
    expect(await run(argsOf(makeTree({})), untouched)).toBe(0);
    const wholeMs = performance.now() - began;
    const store = join(makeTree({}), "store");
    const lanes = Array.from({ length: LANES }, place);
    const recorders = await Promise.all(lanes.map((lane, index) => killedRuns(lane, index + 1, wholeMs, store)));
    expect(recorders.every((count) => count > 0)).toBe(true);
    for (const lane of lanes) {
      writeFileSync(join(lane.cwd, "a.ts"), "export const run = 0;\n");
      expect(await run(argsOf(store), lane)).toBe(0);
      expect(documentsOf(lane)).toEqual(documentsOf(untouched));
      expect(readdirSync(lane.cwd).sort()).toEqual(["a.ts", "out", "package-lock.json"]);
      expectReadable(lane, store);
    }
  }, 180_000);

  it.skipIf(GIT === undefined)(
    "J-64: is no way to hide source: what is under version control stays and is looked at (skipped without git)",
    async () => {
      const lane = place();
      const hidden = "out.partial-0123abcd/verdict.json";
      mkdirSync(join(lane.cwd, "out.partial-0123abcd"));
      writeFileSync(join(lane.cwd, hidden), '{\n  "schemaVersion": "supply-gate/verdict-1"\n}\n');
      makeRepository(lane.cwd).commit("hide");
      expect(await run(argsOf(join(makeTree({}), "store")), lane)).toBe(0);
      const { files } = JSON.parse(readFileSync(join(lane.cwd, "out/evidence/inventory.json"), "utf8"));
      expect(files.map(({ path }: { path: string }) => path)).toEqual(["a.ts", hidden, "package-lock.json"]);
    },
  );
});
