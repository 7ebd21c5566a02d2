import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

describe("packages.lock.json", () => {
  it("joins the target frameworks and takes projects of the solution for the tree's own", () => {
    const text = JSON.stringify({
      version: 2,
      dependencies: {
        "net6.0": {
          A: { type: "Direct", requested: "[1.0.0, )", resolved: "1.0.0" },
          B: { type: "CentralTransitive", resolved: "2.0.0" },
        },
        "net8.0": { A: { type: "Transitive", resolved: "1.0.0" }, lib: { type: "Project", dependencies: { A: "1" } } },
        "net8.0/linux-x64": { A: { type: "Transitive", resolved: "1.0.1-rc.1" } },
      },
    });
    const lockfile = readLockfile("packages.lock.json", text);
    expect(packagesOf(lockfile)).toEqual(["A@1.0.0", "A@1.0.1-rc.1", "B@2.0.0"]);
    expect(lockfile.own).toEqual(["lib"]);
  });

  it.each([
    "{}",
    '{"version": 3, "dependencies": {}}',
    '{"version": 1, "dependencies": {"net8.0": {"A": {"type": "Direct"}}}}',
    '{"version": 1, "dependencies": {"net8.0": {"A": {"type": "Other", "resolved": "1"}}}}',
  ])("refuses %s", (text) => {
    expect(() => readLockfile("a/packages.lock.json", text)).toThrow(invalidAt("a/packages.lock.json: "));
  });
});

describe("packages.config", () => {
  it("takes a development dependency for development and names a package without a version", () => {
    const text =
      '<?xml version="1.0"?>\n<packages>\n <!-- x -->\n <package id="A" version="1.0.0.0" targetFramework="net46" />\n <package id="B" version="2" developmentDependency="True"/>\n <package id="C"/>\n</packages>\n';
    const lockfile = readLockfile("packages.config", text);
    expect(packagesOf(lockfile)).toEqual(["A@1.0.0.0", "B@2 dev", "C@"]);
    expect(gapsOf(lockfile)).toEqual(["unpinned C: the file states no version"]);
  });

  it("is an empty list without packages", () => {
    expect(readLockfile("packages.config", "<packages/>").packages).toEqual([]);
  });

  it.each([
    ["", ": found an empty file"],
    ["<packages>", ":1: "],
    ["<Packages/>", ":1: found <Packages>"],
    ['<packages>\n<package version="1"/></packages>', ":2: found a package without an id"],
  ])("refuses %j", (text, place) => {
    expect(() => readLockfile("a/packages.config", text)).toThrow(invalidAt(`a/packages.config${place}`));
  });
});

describe("*.deps.json", () => {
  const lock = (libraries: object) => JSON.stringify({ runtimeTarget: { name: "x" }, targets: {}, libraries });

  it("takes the packages, those of a framework that is carried along too, and names other assemblies", () => {
    const text = lock({
      "app/1.0.0": { type: "project" },
      "A/1.0.0": { type: "package" },
      "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": { type: "runtimepack" },
      "System.X/4.0.0.0": { type: "referenceassembly" },
      "Vendor/1.0.0.0": { type: "reference" },
    });
    const lockfile = readLockfile("bin/app.deps.json", text);
    expect(packagesOf(lockfile)).toEqual(["A@1.0.0", "Microsoft.NETCore.App.Runtime.linux-x64@8.0.1"]);
    expect(lockfile.own).toEqual(["System.X", "app"]);
    expect(gapsOf(lockfile)).toEqual(["path-dependency Vendor: an assembly of type reference"]);
  });

  it.each([
    "{}",
    lock({}),
    lock({ A: { type: "package" } }),
    lock({ "A/1/2": { type: "package" } }),
    lock({ "A/1": {} }),
  ])("refuses %s", (text) => {
    expect(() => readLockfile("a/b.deps.json", text)).toThrow(invalidAt("a/b.deps.json: "));
  });
});
