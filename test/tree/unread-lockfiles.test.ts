import { describe, expect, it } from "vitest";
import { planVulnScan } from "../../pipeline/kinds/vuln_scan/step.ts";
import { manifestOf } from "../../pipeline/plan/manifests/index.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";
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
      "bun.lockb",
      "a/conda-lock.yml",
      "gradle/dependency-locks/compileClasspath.lockfile",
      "paket.lock",
      "Podfile.lock",
      "Cartfile.resolved",
    ];
    const others = ["Gemfile", "composer.json", "package.json", "bun.lock", "src/a.ts", "node_modules/x/Podfile.lock"];
    expect(unreadLockfiles(inventoryOf([...unread, ...others]))).toEqual(unread);
  });

  it("are a reason to scan where they are all there is: then they are named as gaps", () => {
    const input = {
      lockfiles: [],
      companions: {},
      mode: "review",
      policy: RECOMMENDED,
      pin: undefined,
      advisories: null,
    } as const;
    expect(planVulnScan({ ...input, inventory: inventoryOf(["Podfile.lock"]) })).toMatchObject({
      state: "impossible",
      problem: { code: "advisories-missing" },
    });
    expect(planVulnScan({ ...input, inventory: inventoryOf(["a.ts"]) })).toEqual({
      state: "not-required",
      reason: "no lockfile and no manifest in the tree",
    });
  });
});
