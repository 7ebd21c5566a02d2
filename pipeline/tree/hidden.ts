import type { SourcePath } from "../../schemas/common.ts";
import type { Inventory, LeftOutReason } from "../../schemas/inventory.ts";

/** What no tool is shown: version control folders, what the policy leaves out, the folder that this very run writes, and what would break or stall a tool. */
export function hiddenPaths(inventory: Inventory): SourcePath[] {
  return inventory.leftOut
    .filter(({ reason }) => HIDDEN.has(reason))
    .map(({ path, pathBytes }) => (pathBytes === undefined ? { path } : { path, pathBytes }));
}

const HIDDEN: ReadonlySet<LeftOutReason> = new Set(["version-control", "policy", "output", "too-deep", "too-large"]);
