import { describe, expect, it } from "vitest";
import { RECOMMENDED } from "../../pipeline/decide/recommended.ts";
import { planVulnScan } from "../../pipeline/kinds/vuln_scan/step.ts";
import { manifestOf } from "../../pipeline/plan/manifests/index.ts";
import { unreadLockfiles } from "../../pipeline/tree/unread-lockfiles.ts";
import type { Inventory } from "../../schemas/inventory.ts";

const inventoryOf = (paths: readonly string[]): Inventory => ({
  schemaVersion: "supply-gate/inventory-1",
  files: paths.map((path) => {
    const manifest = manifestOf(path);
    return { path, size: 1, sha256: "0".repeat(64), encoding: "text", ...(manifest === undefined ? {} : { manifest }) };
  }),
  leftOut: [],
});

describe("unreadLockfiles", () => {
  it("names lockfiles of formats without a reader, and nothing else", () => {
    const unread = [
      "Gemfile.lock",
      "a/composer.lock",
      "bun.lock",
      "Pipfile.lock",
      "gradle.lockfile",
      "packages.lock.json",
      "Package.resolved",
      "mix.lock",
    ];
    const others = ["Gemfile", "composer.json", "package.json", "pom.xml", "src/a.ts", "node_modules/x/Gemfile.lock"];
    expect(unreadLockfiles(inventoryOf([...unread, ...others]))).toEqual(unread);
  });

  it("make a vulnerability scan impossible where they are all there is, never not required", () => {
    const input = {
      lockfiles: [],
      companions: {},
      mode: "review",
      policy: RECOMMENDED,
      pin: undefined,
      advisories: null,
    } as const;
    expect(planVulnScan({ ...input, inventory: inventoryOf(["Gemfile.lock"]) })).toMatchObject({
      state: "impossible",
      problem: { code: "lockfile-unread" },
    });
    expect(planVulnScan({ ...input, inventory: inventoryOf(["a.ts"]) })).toEqual({
      state: "not-required",
      reason: "no lockfile in the tree",
    });
  });
});
