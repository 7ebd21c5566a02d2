import { expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const NPM = { "@a/b@1.0.0_c@2.0.0": { integrity: "0" }, "c@2.0.0-rc.1": {} };
const JSR = { "@std/x@1.0.2": { integrity: "0" } };

it.each([
  ["2", { npm: { specifiers: {}, packages: NPM } }, []],
  ["3", { packages: { specifiers: {}, npm: NPM, jsr: JSR } }, ["url-dependency @std/x: jsr:@std/x@1.0.2"]],
  ["4", { specifiers: {}, npm: NPM, jsr: JSR, workspace: {} }, ["url-dependency @std/x: jsr:@std/x@1.0.2"]],
  ["5", { specifiers: {}, npm: NPM, jsr: JSR }, ["url-dependency @std/x: jsr:@std/x@1.0.2"]],
])("reads version %s", (version, rest, gaps) => {
  const lockfile = readLockfile("deno.lock", JSON.stringify({ version, ...rest }));
  expect(packagesOf(lockfile)).toEqual(["@a/b@1.0.0", "c@2.0.0-rc.1"]);
  expect(gapsOf(lockfile)).toEqual(gaps);
});

it("names modules by URL once for each version, without credentials", () => {
  const remote = Object.fromEntries(
    [
      "https://deno.land/std@0.140.0/path/mod.ts",
      "https://deno.land/std@0.140.0/path/posix.ts",
      "https://deno.land/x/oak@v12.0.0/mod.ts",
      "https://esm.sh/@scope/p@1.0.0/es2022/p.mjs",
      "https://u:t@example.invalid/plain.ts?x=1",
    ].map((url) => [url, "0"]),
  );
  expect(gapsOf(readLockfile("deno.lock", JSON.stringify({ version: "4", remote })))).toEqual([
    "url-dependency deno.land/std: deno.land/std@0.140.0",
    "url-dependency deno.land/x/oak: deno.land/x/oak@v12.0.0",
    "url-dependency esm.sh/@scope/p: esm.sh/@scope/p@1.0.0",
    "url-dependency example.invalid/plain.ts: example.invalid/plain.ts",
  ]);
});

it.each(['{"https://example.invalid/a.ts": "0"}', '{"version": "6"}', '{"version": "4", "npm": {"a@latest": {}}}'])(
  "refuses %s",
  (text) => {
    expect(() => readLockfile("a/deno.lock", text)).toThrow(invalidAt("a/deno.lock: "));
  },
);
