import { realpathSync } from "node:fs";
import { ensureTools } from "../execute/host/tools/index.ts";
import type { LiveWorld } from "../sabotage/live/world.ts";
import { PINS } from "./pins.ts";
import type { Screen } from "./screen.ts";
import { findSnapshot } from "./snapshot.ts";
import { toolContext } from "./tools.ts";
import type { World } from "./world.ts";

interface Trees {
  readonly clean: string;
  readonly dirty: string;
  /** Snapshot, and what it was built from. */
  readonly snapshot: string;
  readonly advisories: string;
}

/** What live attacks need: every pinned tool (installed if it is not), two trees, a snapshot, and this program. */
export async function liveWorld(trees: Trees, world: World, screen: Screen): Promise<LiveWorld> {
  const [clean, dirty] = [realpathSync(trees.clean), realpathSync(trees.dirty)];
  const found = await findSnapshot(trees.snapshot, world);
  if (found === null) throw new Error("no snapshot where one was built");
  return {
    tools: await ensureTools(Object.keys(PINS.tools), PINS, toolContext(world, screen)),
    pins: PINS,
    clean,
    dirty,
    snapshot: found,
    advisories: trees.advisories,
    cacheRoot: world.cacheRoot,
    platform: world.platform,
    program: [process.execPath, ...process.argv.slice(1, 2)],
    env: world.env,
    signal: world.signal,
  };
}
