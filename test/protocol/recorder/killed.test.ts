import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { build } from "tsdown";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyRecorder } from "../../../pipeline/protocol/recorder/verify.ts";
import { ROOT } from "../../support/shared-data.ts";
import { makeTree } from "../../support/tree.ts";
import { recordMany, verifyAll } from "./writer.ts";

const TIMES = 10;

/** The writer as a program of its own, which can be killed. */
let program: string;
beforeAll(async () => {
  const outDir = makeTree({
    "run.mjs": `
import { readdirSync } from "node:fs";
const name = readdirSync(import.meta.dirname).find((file) => file.startsWith("writer."));
const { recordForever } = await import("./" + name);
recordForever(process.argv[2]);
`,
  });
  await build({
    entry: { writer: join(ROOT, "test/protocol/recorder/writer.ts") },
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
});

describe("a recorder whose process is killed", () => {
  it("would have been complete", () => {
    const path = join(makeTree({}), "whole.jsonl");
    recordMany(path, 200);
    expect(() => verifyAll(path)).not.toThrow();
  });

  it(`is valid up to its last line, at any of ${TIMES} random moments`, async () => {
    const folder = makeTree({});
    for (let time = 0; time < TIMES; time += 1) {
      const path = join(folder, `${time}.jsonl`);
      const child = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] });
      await once(child.stdout, "data");
      await delay(Math.random() * 60);
      child.kill("SIGKILL");
      await once(child, "close");
      const { state, bad, events, end } = verifyRecorder(readFileSync(path));
      expect({ state, bad }).toEqual({ state: "unfinished", bad: [] });
      expect(events.length).toBeGreaterThan(0);
      expect(end?.line).toBeGreaterThan(0);
    }
  });
});
