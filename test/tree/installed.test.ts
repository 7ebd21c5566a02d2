import { describe, expect, it } from "vitest";
import { installedFolders, isInstalled } from "../../pipeline/tree/installed.ts";
import type { Inventory } from "../../schemas/inventory.ts";

function inventoryOf(...paths: (string | { path: string; pathBytes: string })[]): Inventory {
  const files = paths.map((path) => ({
    ...(typeof path === "string" ? { path } : path),
    size: 0,
    sha256: "0".repeat(64),
    encoding: "text" as const,
  }));
  return { schemaVersion: "supply-gate/inventory-1", files, leftOut: [] };
}

describe("installedFolders", () => {
  it("names the top-most folders that a package manager filled", () => {
    const inventory = inventoryOf(
      "app/node_modules/a/node_modules/b/index.js",
      "app/node_modules/c.js",
      "lib/bower_components/x.js",
      "web/jspm_packages/x.js",
      "py/.venv/pyvenv.cfg",
      "py/.venv/lib/site-packages/x.py",
      "py2/venv/pyvenv.cfg",
      "old/site-packages/x.py",
      "t/.tox/x",
      "ios/Pods/x",
      "go/vendor/modules.txt",
      "go/vendor/github.com/x/y.go",
    );
    expect(installedFolders(inventory).map(({ path }) => path)).toEqual([
      "app/node_modules",
      "go/vendor",
      "ios/Pods",
      "lib/bower_components",
      "old/site-packages",
      "py/.venv",
      "py2/venv",
      "t/.tox",
      "web/jspm_packages",
    ]);
  });

  it("takes everyday words as folders of the source", () => {
    const inventory = inventoryOf(
      "vendor/x.php",
      "venv/x.py",
      "pyvenv.cfg",
      "src/pyvenv.cfg",
      "modules.txt",
      "node_modules",
    );
    expect(installedFolders(inventory)).toEqual([]);
  });

  it("keeps the bytes of a name that is no UTF-8", () => {
    const bytes = Buffer.concat([Buffer.from([0xff]), Buffer.from("/node_modules/a.js")]);
    const inventory = inventoryOf({ path: "\\xff/node_modules/a.js", pathBytes: bytes.toString("base64") });
    expect(installedFolders(inventory)).toEqual([
      {
        path: "\\xff/node_modules",
        pathBytes: bytes.subarray(0, "x/node_modules".length).toString("base64"),
      },
    ]);
  });
});

describe("isInstalled", () => {
  it("tells what lies inside from what only begins like it", () => {
    const installed = isInstalled(inventoryOf("a/node_modules/b.js", "a/node_modules2/b.js"));
    expect(installed("a/node_modules/b.js")).toBe(true);
    expect(installed("a/node_modules2/b.js")).toBe(false);
    expect(installed("a/node_modules")).toBe(false);
  });
});
