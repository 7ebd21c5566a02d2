import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { homedir, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { PINS } from "../../pipeline/cli/pins.ts";
import { liveWorld, worldWith } from "../../pipeline/cli/sabotage-live.ts";
import { layOutTrees } from "../../pipeline/cli/sabotage-trees.ts";
import { openScreen } from "../../pipeline/cli/screen.ts";
import type { World } from "../../pipeline/cli/world.ts";
import { liveCases } from "../../pipeline/sabotage/live/cases.ts";
import { sumOf } from "../../pipeline/sabotage/table.ts";
import { tryAll } from "../../pipeline/sabotage/try-all.ts";
import { ROOT } from "../support/shared-data.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const installed = Object.keys(PINS.tools).every(
  (tool) => existsSync(join(CACHE, "tools", tool)) && readdirSync(join(CACHE, "tools", tool)).length > 0,
);

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

const trees = () => layOutTrees(mkdtempSync(join(tmpdir(), "supply-gate-test-")));
const nameOf = ({ kind, group, name }: { kind: string; group: string; name: string }) => `${kind} ${group}: ${name}`;

// Of each way in one, where the quick tools are; the whole of it is `supply-gate sabotage --live`.
const SUBSET = [
  "secret_scan tool replaced: is true",
  "secret_scan tool replaced: finds the canary alone",
  "secret_scan signal: SIGKILL after the report",
  "secret_scan timeout: before the report",
  "secret_scan stage: without tree/src/main.ts",
  "vuln_scan database changed: without npm",
  "vuln_scan advisories changed: a GIT range first in every record",
  "gate tools cache: one bit of the program",
];

describe("sabotage with the real tools", () => {
  it("is sixty attacks and more, each with a name of its own, and a reason where nobody could notice it", async () => {
    const cases = liveCases(await worldWith(new Map(), await trees(), WORLD));
    const names = cases.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect(cases.filter(({ unnoticed }) => unnoticed === undefined).length).toBeGreaterThan(60);
    expect(names).toEqual(expect.arrayContaining(SUBSET));
    expect(cases.every(({ run, unread }) => run === "live" && unread === undefined)).toBe(true);
  });

  it.skipIf(!installed)(
    "ends no attack of a few PASSED, nor with a finding less (skipped where the pinned tools are not installed)",
    async () => {
      const world = await liveWorld(await trees(), WORLD, openScreen(WORLD, true));
      const all = liveCases({ ...world, program: [process.execPath, join(ROOT, "pipeline/dist/gate.mjs")] });
      const few = all.filter((each) => SUBSET.includes(nameOf(each)));
      const { cases, green } = sumOf(await tryAll(few, WORLD.signal, () => {}));
      expect(green.map((each) => [nameOf(each), each.outcome.noticed, each.outcome.lost])).toEqual([]);
      expect(cases).toBe(SUBSET.length);
    },
  );
});
