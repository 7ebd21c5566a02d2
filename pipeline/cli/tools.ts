import type { ToolContext } from "../execute/host/tools/index.ts";
import type { Screen } from "./screen.ts";
import type { World } from "./world.ts";

/** What installing tools needs of the world. */
export function toolContext(world: World, screen: Screen): ToolContext {
  return {
    cacheRoot: world.cacheRoot,
    env: world.env,
    platform: world.platform,
    now: world.now,
    signal: world.signal,
    log: ({ tool, phase, detail }) => screen.note(`${tool}: ${phase}${detail === undefined ? "" : ` ${detail}`}`),
  };
}
