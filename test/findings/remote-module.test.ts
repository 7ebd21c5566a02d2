import { expect, it } from "vitest";
import { remoteModule } from "../../pipeline/findings/remote-module.ts";

it.each([
  ["https://deno.land/std@0.140.0/path/mod.ts", "deno.land/std", "0.140.0"],
  ["https://deno.land/x/oak@v12.0.0/mod.ts", "deno.land/x/oak", "v12.0.0"],
  ["https://esm.sh/@scope/p@1.0.0/es2022/p.mjs?x#y", "esm.sh/@scope/p", "1.0.0"],
  ["http://example.invalid/plain.ts", "example.invalid/plain.ts", ""],
  ["https://example.invalid", "example.invalid", ""],
  [`https://u:${"p"}@w@example.invalid/m@1/a.ts`, "example.invalid/m", "1"],
])("a file at %s belongs to %s %s", (url, name, version) => {
  expect(remoteModule(url)).toEqual({ name, version });
});

it("takes time in proportion to the address", () => {
  expect(remoteModule(`https://e/${"a@/".repeat(50_000)}`).version).toBe("");
});
