import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { homedir, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { demoProject } from "../../pipeline/cli/demo.ts";
import { PINS } from "../../pipeline/cli/pins.ts";
import { liveWorld } from "../../pipeline/cli/sabotage-live.ts";
import { openScreen } from "../../pipeline/cli/screen.ts";
import type { World } from "../../pipeline/cli/world.ts";
import { CLEAN_PROJECT } from "../../pipeline/sabotage/clean-project.ts";
import { liveCases } from "../../pipeline/sabotage/live/cases.ts";
import { sumOf } from "../../pipeline/sabotage/table.ts";
import { tryAll } from "../../pipeline/sabotage/try-all.ts";
import { ROOT } from "../support/shared-data.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const installed = Object.keys(PINS.tools).every(
  (tool) => existsSync(join(CACHE, "tools", tool)) && readdirSync(join(CACHE, "tools", tool)).length > 0,
);
const asked = process.env["SUPPLY_GATE_LIVE"];

const WORLD: World = {
  env: process.env,
  cwd: "/",
  cacheRoot: CACHE,
  cpus: 2,
  memoryBytes: totalmem(),
  platform: `${process.platform}-${process.arch}`,
  now: () => new Date(),
  signal: new AbortController().signal,
  stdout: () => {},
  stderr: () => {},
  interactive: false,
  colors: picocolors.createColors(false),
};

async function bench() {
  const work = realpathSync(mkdtempSync(join(tmpdir(), "supply-gate-test-")));
  const demo = await demoProject(join(work, "demo"));
  writeFileSync(join(demo.path, "notes.md"), "nothing to see here\n".repeat(500));
  for (const [name, text] of Object.entries(CLEAN_PROJECT)) {
    mkdirSync(dirname(join(work, "clean", name)), { recursive: true });
    writeFileSync(join(work, "clean", name), text);
  }
  const trees = { clean: join(work, "clean"), dirty: demo.path, snapshot: demo.advisories };
  const world = await liveWorld(
    { ...trees, advisories: join(ROOT, "examples/demo/advisories") },
    WORLD,
    openScreen(WORLD, true),
  );
  return { ...world, program: [process.execPath, join(ROOT, "pipeline/dist/gate.mjs")] };
}

const skipped = !installed || asked === undefined;
describe.skipIf(skipped)("sabotage with the real tools (skipped unless SUPPLY_GATE_LIVE is set: minutes)", () => {
  it("ends none of sixty attacks and more PASSED, nor with a finding less", { timeout: 1_800_000 }, async () => {
    const all = liveCases(await bench());
    expect(all.length).toBeGreaterThan(60);
    const { green } = sumOf(await tryAll(all, WORLD.signal, () => {}));
    expect(green.map(({ kind, group, name, outcome }) => [kind, group, name, outcome.noticed, outcome.lost])).toEqual(
      [],
    );
  });
});
