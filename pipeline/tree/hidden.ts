import type { SourcePath } from "../../schemas/common.ts";
import type { Inventory } from "../../schemas/inventory.ts";

/** What no tool is shown: version control folders, what the policy leaves out, and the folder that this very run writes. */
export function hiddenPaths(inventory: Inventory): SourcePath[] {
  return inventory.leftOut
    .filter(({ reason }) => HIDDEN.has(reason))
    .map(({ path, pathBytes }) => (pathBytes === undefined ? { path } : { path, pathBytes }));
}

const HIDDEN: ReadonlySet<Inventory["leftOut"][number]["reason"]> = new Set(["version-control", "policy", "output"]);
