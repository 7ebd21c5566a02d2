import { realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureTools } from "../execute/host/tools/index.ts";
import type { LiveWorld } from "../sabotage/live/world.ts";
import { exampleFolder } from "./demo.ts";
import { PINS } from "./pins.ts";
import type { Trees } from "./sabotage-trees.ts";
import type { Screen } from "./screen.ts";
import { findSnapshot } from "./snapshot.ts";
import { toolContext } from "./tools.ts";
import type { World } from "./world.ts";

/** What live attacks need: every pinned tool (installed if it is not), two trees, a snapshot, and this program. */
export async function liveWorld(trees: Trees, world: World, screen: Screen): Promise<LiveWorld> {
  const tools = await ensureTools(Object.keys(PINS.tools), PINS, toolContext(world, screen));
  return await worldWith(tools, trees, world);
}

/** The same with tools that are at hand; without any, attacks can be listed but not tried. */
export async function worldWith(tools: LiveWorld["tools"], { clean, demo }: Trees, world: World): Promise<LiveWorld> {
  // More bytes than the clean project has: a scanner that read only that one shows.
  writeFileSync(join(demo.path, "notes.md"), "nothing to see here\n".repeat(500));
  const snapshot = await findSnapshot(demo.advisories, world);
  if (snapshot === null) throw new Error("no snapshot where one was built");
  return {
    tools,
    pins: PINS,
    clean: realpathSync(clean),
    dirty: realpathSync(demo.path),
    snapshot,
    advisories: join(exampleFolder(), "advisories"),
    cacheRoot: world.cacheRoot,
    platform: world.platform,
    program: [process.execPath, ...process.argv.slice(1, 2)],
    env: world.env,
    signal: world.signal,
  };
}
