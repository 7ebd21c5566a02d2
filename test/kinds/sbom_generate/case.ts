import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { collectSbom } from "../../../pipeline/kinds/sbom_generate/reader.ts";
import { takeInventory } from "../../../pipeline/plan/inventory.ts";
import { readLockfiles } from "../../../pipeline/plan/lockfiles.ts";
import { ROOT } from "../../support/shared-data.ts";
import { makeTree } from "../../support/tree.ts";

export const CASES = join(ROOT, "fixtures/kinds/sbom_generate");

/** The normal form of what syft wrote, as it would be read after a run. */
export function collected(text: string) {
  return collectSbom({
    scanRoot: "/scan",
    names: {},
    hidden: new Set(),
    read: (name) => (name === "syft.json" ? text : ""),
    stdout: "",
    stderr: "",
    meaning: "clean",
  });
}

export function recorded(name: string, file = "syft.json"): string {
  return readFileSync(join(CASES, name, file), "utf8");
}

/** Inventory and lockfiles of a case's tree. */
export function treeOf(name: string) {
  const folder = join(CASES, name, "tree");
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  const root = makeTree(
    Object.fromEntries(files.map((path) => [path.replace(/\.fixture$/, ""), readFileSync(join(folder, path))])),
  );
  const inventory = takeInventory(root);
  return { inventory, ...readLockfiles(root, inventory) };
}
