import { describe, expect, it } from "vitest";
import { isLocal, isOfNoRegistry, statedPackage } from "../../../pipeline/kinds/sbom_generate/local.ts";
import type { Artifact } from "../../../schemas/syft.ts";

function artifact(more: Partial<Artifact>): Artifact {
  return { name: "a", version: "1.0.0", type: "npm", ...more } as Artifact;
}

describe("what syft states of a package", () => {
  const secret = ["hunter", "two"].join("");

  it.each([
    [{}, "a", "1.0.0"],
    [{ version: "UNKNOWN" }, "a", ""],
    [{ name: "@s/a@https://r.invalid/", version: "s/a/-/a-2.0.0.tgz" }, "@s/a", "2.0.0"],
    [{ version: "https://r.invalid/a/-/a-2.0.0.tgz" }, "a", "2.0.0"],
    [{ version: `https://u:${secret}@r.invalid/a.tgz` }, "a", ""],
    [{ name: `a@https://u:${secret}`, version: "r.invalid/a.tgz" }, "a", ""],
    [{ type: "gem", version: "git:x" }, "a", ""],
    [{ type: "dotnet", name: "A.B", version: "1.0-rc.1" }, "A.B", "1.0-rc.1"],
  ])("%o", (more, name, version) => {
    expect(statedPackage(artifact(more))).toEqual({ name, version });
  });

  it("is the module without its password where Deno gets it by its address", () => {
    const metadata = { url: `https://u:${secret}@example.invalid/m@1.0.0/a.ts`, integrity: "0" };
    const remote = artifact({ name: `u:${secret}`, version: "x", metadataType: "deno-remote-lock-entry", metadata });
    expect(statedPackage(remote)).toEqual({ name: "example.invalid/m", version: "1.0.0" });
    expect(isOfNoRegistry(remote)).toBe(true);
    expect(isOfNoRegistry(artifact({ metadataType: "deno-lock-entry" }))).toBe(true);
    expect(isOfNoRegistry(artifact({ metadataType: "javascript-npm-package-lock-entry" }))).toBe(false);
  });

  it("is refused where the record of a module is none", () => {
    expect(() => statedPackage(artifact({ metadataType: "deno-remote-lock-entry", metadata: {} }))).toThrow("url");
  });
});

it.each([
  ["project", true],
  ["package", false],
])("a .NET program's library of type %s lies in the tree: %s", (type, local) => {
  expect(isLocal(artifact({ metadataType: "dotnet-deps-entry", metadata: { type } }), false)).toBe(local);
});
