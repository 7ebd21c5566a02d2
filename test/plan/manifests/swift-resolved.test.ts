import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const read = (value: unknown) => readLockfile("Package.resolved", JSON.stringify(value));
const pin = (location: string, state: object, kind = "remoteSourceControl") => ({
  identity: "id",
  kind,
  location,
  state,
});

describe("Package.resolved", () => {
  it("reads version 1, which osv-scanner takes for an empty file", () => {
    const pins = [
      {
        package: "A",
        repositoryURL: "https://example.invalid/o/A.git",
        state: { branch: null, revision: "01", version: "1.0.0" },
      },
    ];
    expect(packagesOf(read({ object: { pins }, version: 1 }))).toEqual(["example.invalid/o/A@1.0.0"]);
  });

  it.each([2, 3])("reads version %i, addresses in all their forms", (version) => {
    const pins = [
      pin("https://example.invalid/o/a.git", { version: "1.0.0", revision: "01" }),
      pin("git@example.invalid:o/b.git", { version: "1.0.0" }),
      pin("ssh://git@example.invalid:22/o/c", { version: "1.0.0" }),
      pin("http://u:t@example.invalid/o/d/", { version: "1.0.0" }),
    ];
    expect(packagesOf(read({ pins, version, originHash: "00" }))).toEqual([
      "example.invalid/o/a@1.0.0",
      "example.invalid/o/b@1.0.0",
      "example.invalid/o/d@1.0.0",
      "example.invalid:22/o/c@1.0.0",
    ]);
  });

  it("takes time in proportion to the text", () => {
    const location = `https://example.invalid${"/".repeat(200_000)}a`;
    expect(read({ pins: [pin(location, { version: "1.0.0" })], version: 2 }).packages).toHaveLength(1);
  });

  it("has a gap for a commit, a folder and a registry", () => {
    const lockfile = read({
      version: 2,
      pins: [
        pin("https://u:t@example.invalid/o/a.git", { branch: "main", revision: "01" }),
        pin("../b", { version: "1.0.0" }, "localSourceControl"),
        { identity: "scope.name", kind: "registry", state: { version: "2.0.0" } },
      ],
    });
    expect(packagesOf(lockfile)).toEqual(["example.invalid/o/a@ git", "id@1.0.0 path", "scope.name@2.0.0 url"]);
    expect(gapsOf(lockfile)).toEqual([
      "git-dependency example.invalid/o/a: https://example.invalid/o/a.git#01",
      "path-dependency id: ../b#",
      "url-dependency scope.name: a Swift registry",
    ]);
  });

  it.each([
    {},
    [],
    null,
    { version: 2 },
    { version: 4, pins: [] },
    { version: 1, pins: [] },
    { version: 2, pins: [{}] },
  ])("refuses %j", (value) => {
    expect(() => read(value)).toThrow(invalidAt("Package.resolved: "));
  });
});
