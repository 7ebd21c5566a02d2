import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { build } from "tsdown";
import { beforeAll, describe, expect, it } from "vitest";
import { agedIn, carryOut, planCollection } from "../../../pipeline/protocol/artifacts/collect-garbage.ts";
import { partialsIn } from "../../../pipeline/protocol/artifacts/layer.ts";
import { type Fsync, openStore } from "../../../pipeline/protocol/artifacts/store.ts";
import { verifyStore } from "../../../pipeline/protocol/artifacts/verify.ts";
import { ROOT } from "../../support/shared-data.ts";
import { makeTree } from "../../support/tree.ts";
import { FACTS } from "./made.ts";

/** Moments: each round ends so many writers of one store, of which none waits for another. */
const ROUNDS = 10;
const WRITERS: readonly Fsync[] = ["each", "batch", "off", "each", "batch"];

/** The writer as a program of its own, which can be killed. */
let program: string;
beforeAll(async () => {
  const outDir = makeTree({
    "run.mjs": `
import { readdirSync } from "node:fs";
const name = readdirSync(import.meta.dirname).find((file) => file.startsWith("writer."));
const { storeForever } = await import("./" + name);
await storeForever(...process.argv.slice(2));
`,
  });
  await build({
    entry: { writer: join(ROOT, "test/protocol/artifacts/writer.ts") },
    outDir,
    format: "esm",
    platform: "node",
    dts: false,
    clean: false,
    noExternal: [/.*/],
    config: false,
    logLevel: "silent",
  });
  expect(readdirSync(outDir).length).toBeGreaterThan(1);
  program = join(outDir, "run.mjs");
}, 60_000);

async function writeUntilKilled(folder: string, fsync: Fsync, name: string, tree: string): Promise<void> {
  const child = spawn(process.execPath, [program, folder, fsync, name, tree], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  await delay(Math.random() * 80);
  child.kill("SIGKILL");
  await once(child, "close");
}

describe("a store whose writers are killed", () => {
  it(`D-02 J-60: has no half artifact under a final name, at any of ${ROUNDS * WRITERS.length} random moments, and takes the next`, async () => {
    const folder = join(makeTree({}), "store");
    const tree = makeTree({ "a/b": "b".repeat(10_000), c: "c" });
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(
        WRITERS.map((fsync, at) => writeUntilKilled(folder, fsync, at < 3 ? `${round}-${at}` : `${round}`, tree)),
      );
      expect(verifyStore(folder)).toEqual([]);
    }
    const store = openStore(folder, { fsync: "off" });
    const whole = store.list().length;
    expect(whole).toBeGreaterThan(ROUNDS);
    store.put({ bytes: "the next run's" }, FACTS);
    expect(store.list().length).toBe(whole + 1);
    const later = new Date(Date.now() + 2 * 86_400_000);
    carryOut(store, planCollection(agedIn(store), [], later, false));
    expect(partialsIn(folder)).toEqual([]);
    expect(store.list().length).toBe(whole + 2);
  }, 120_000);
});
