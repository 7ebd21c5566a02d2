import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

describe("Cargo.lock", () => {
  it("reads version 1 with its root and checksums", () => {
    const text =
      '[root]\nname = "p"\nversion = "0.1.0"\ndependencies = ["a 1.0.0 (registry+https://x)"]\n\n[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+https://x"\n\n[metadata]\n"checksum a 1.0.0 (registry+https://x)" = "00"\n';
    expect(packagesOf(readLockfile("Cargo.lock", text))).toEqual(["a@1.0.0"]);
  });

  it("is an empty list for a workspace without members, and for crates of the tree alone", () => {
    expect(readLockfile("Cargo.lock", "version = 4\n").packages).toEqual([]);
    expect(readLockfile("Cargo.lock", '[[package]]\nname = "p"\nversion = "0.1.0"\n').packages).toEqual([]);
  });

  it("names a git crate with its commit, without credentials", () => {
    const text =
      'version = 4\n[[package]]\nname = "g"\nversion = "1.0.0"\nsource = "git+https://u:t@example.invalid/g?branch=main#0123"\n';
    const lockfile = readLockfile("Cargo.lock", text);
    expect(packagesOf(lockfile)).toEqual(["g@1.0.0 git"]);
    expect(gapsOf(lockfile)).toEqual(["git-dependency g: git+https://example.invalid/g#0123"]);
  });

  it("refuses an unknown source and a crate that is not there", () => {
    const crate = 'version = 4\n[[package]]\nname = "a"\nversion = "1.0.0"\n';
    expect(() => readLockfile("Cargo.lock", `${crate}source = "moon+x"\n`)).toThrow(invalidAt("Cargo.lock: "));
    expect(() => readLockfile("Cargo.lock", `${crate}dependencies = ["b"]\n`)).toThrow(
      invalidAt('Cargo.lock: found no package "b"'),
    );
  });
});

describe("go.mod", () => {
  it("is an empty list for a module that needs nothing, go.sum or not", () => {
    expect(readLockfile("go.mod", "module a\n")).toEqual({ path: "go.mod", format: "go-mod", packages: [], gaps: [] });
  });

  it("applies replacements, the one for a version first, and exclusions", () => {
    const text = `module "example.invalid/m" // comment
go 1.21
toolchain go1.22.1
require (
	a v1.0.0
	b v1.0.0 // indirect
	c v1.0.0+incompatible
	d v1.0.0
	\`e\` v1.0.0-20200101000000-0123456789ab
)
require f v1.0.0
retract [v0.1.0, v0.2.0]
tool a/cmd/x
exclude d v1.0.0
replace a => a2 v2.0.0
replace a v1.0.0 => a3 v3.0.0
replace (
	b => ../b
	zz v9.0.0 => zy v9.0.0
	f v0.9.0 => f v0.9.1
)
`;
    const lockfile = readLockfile("go.mod", text);
    expect(packagesOf(lockfile)).toEqual([
      "a3@3.0.0",
      "c@1.0.0+incompatible",
      "e@1.0.0-20200101000000-0123456789ab",
      "f@1.0.0",
    ]);
    expect(gapsOf(lockfile)).toEqual(["path-dependency b: ../b"]);
  });

  const sum = "a v1.0.0 h1:x=\na v1.0.0/go.mod h1:x=\nb v0.9.0/go.mod h1:x=\nb v1.1.0 h1:x=\n";

  it.each(["go 1.16\n", "go 1\n", ""])("adds the modules of go.sum after %j", (go) => {
    const lockfile = readLockfile("x/go.mod", `module m\n${go}require a v1.0.0\n`, { "go.sum": sum });
    expect(packagesOf(lockfile)).toEqual(go === "go 1\n" ? ["a@1.0.0"] : ["a@1.0.0", "b@1.1.0"]);
  });

  it("leaves go.sum alone from Go 1.17 on", () => {
    expect(packagesOf(readLockfile("go.mod", "module m\ngo 1.17\nrequire a v1.0.0\n", { "go.sum": sum }))).toEqual([
      "a@1.0.0",
    ]);
  });

  it("names a go.sum that it needs and that is not there, and refuses a broken one with its line", () => {
    const text = "module m\ngo 1.16\nrequire a v1.0.0\n";
    expect(gapsOf(readLockfile("go.mod", text))).toEqual([
      "missing-include go.sum: indirect modules are listed only there",
    ]);
    expect(() => readLockfile("x/go.mod", text, { "go.sum": "a v1.0.0 h1:x=\na v1\n" })).toThrow(
      invalidAt("x/go.sum:2: "),
    );
  });

  it.each([
    [2, "require (\n\ta v1.0.0\n"],
    [2, "require a master\n"],
    [2, "require a v1\n"],
    [2, "require a v1.0.0 b\n"],
    [2, "replace a b v1.0.0\n"],
    [2, "replace a => b\n"],
    [2, "include a v1.0.0\n"],
    [2, '"\n'],
    [3, "require (\n) x\n"],
  ])("refuses line %i: %j", (line, text) => {
    expect(() => readLockfile("go.mod", `module m\n${text}`)).toThrow(invalidAt(`go.mod:${line}: `));
  });
});
