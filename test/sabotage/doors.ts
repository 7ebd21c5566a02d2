import picocolors from "picocolors";
import { decideCommand } from "../../pipeline/cli/decide-command.ts";
import type { World } from "../../pipeline/cli/world.ts";
import type { Doors } from "../../pipeline/sabotage/doors.ts";

const quiet = {
  cwd: "/",
  cacheRoot: "/nonexistent",
  colors: picocolors.createColors(false),
  stdout: () => {},
} as unknown as World;

/** The commands that are attacked, silent. */
export const DOORS: Doors = {
  decideStored: (results) => decideCommand({ results, json: true }, quiet),
  decideSteps: ({ planned, ...folders }) => decideCommand({ results: planned, ...folders, json: false }, quiet),
};
