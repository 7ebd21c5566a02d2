import type { PlanInput } from "../../../pipeline/kinds/kind.ts";
import { RECOMMENDED } from "../../../pipeline/policy/recommended.ts";
import type { Inventory, InventoryFile } from "../../../schemas/inventory.ts";
import type { Policy } from "../../../schemas/policy.ts";

/** A file of an inventory; its content does not matter here. */
export function file(path: string, more: Partial<InventoryFile> = {}): InventoryFile {
  return { path, size: 1, sha256: "0".repeat(64), encoding: "text", ...more };
}

export function inventoryOf(paths: readonly string[], leftOut: Inventory["leftOut"] = []): Inventory {
  return { schemaVersion: "supply-gate/inventory-1", files: paths.map((path) => file(path)), leftOut };
}

export const POLICY: Policy = {
  ...RECOMMENDED,
  name: "test",
  licenses: {
    allow: ["MIT", "Apache-2.0", "BSD-3-Clause", "ISC"],
    deny: ["GPL-3.0-only", "AGPL-3.0-only"],
    clarify: [],
  },
};

export const PLAN_INPUT: PlanInput = {
  inventory: inventoryOf(["a.ts"]),
  lockfiles: [],
  companions: {},
  mode: "review",
  policy: POLICY,
  pin: {
    version: "32.5.0",
    license: "Apache-2.0",
    executable: "bin/scancode",
    versionArgv: ["{tool}/bin/python", "--version"],
    versionPattern: "(.*)",
    routes: [],
  },
  advisories: null,
};
