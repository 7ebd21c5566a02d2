import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

describe("package-lock.json", () => {
  const read = (packages: object) =>
    readLockfile("package-lock.json", JSON.stringify({ lockfileVersion: 3, packages: { "": {}, ...packages } }));

  it("is an empty list when only the project itself is in it", () => {
    expect(read({})).toEqual({ path: "package-lock.json", format: "package-lock", packages: [], gaps: [] });
    expect(readLockfile("package-lock.json", '{"lockfileVersion": 1}').packages).toEqual([]);
  });

  it("counts a package once, as development only if every place says so, with its licence", () => {
    const lockfile = read({
      "node_modules/b": { version: "1.0.0", dev: true, license: "MIT" },
      "node_modules/a/node_modules/b": { version: "1.0.0", dev: true },
      "node_modules/c": { version: "1.0.0", dev: true },
      "node_modules/a/node_modules/c": { version: "1.0.0", devOptional: true },
      "packages/w/node_modules/c": { version: "2.0.0", license: { type: "MIT" } },
    });
    expect(packagesOf(lockfile)).toEqual(["b@1.0.0 dev", "c@1.0.0", "c@2.0.0"]);
    expect(lockfile.packages.map(({ license }) => license)).toEqual(["MIT", undefined, undefined]);
  });

  it("takes the real name of an alias and counts what is bundled, but no link and no member", () => {
    const lockfile = read({
      "node_modules/alias": { name: "@s/real", version: "1.0.0" },
      "node_modules/a/node_modules/@s/b": { version: "2.0.0", inBundle: true },
      "node_modules/w": { resolved: "packages/w", link: true },
      "packages/w": { version: "0.0.1" },
    });
    expect(packagesOf(lockfile)).toEqual(["@s/b@2.0.0", "@s/real@1.0.0"]);
    expect(gapsOf(lockfile)).toEqual([]);
  });

  it("takes an archive for one of the registry unless someone asked for it by URL", () => {
    const lockfile = read({
      "node_modules/a": { version: "1.0.0", resolved: "https://npm.example.invalid/a/-/a-1.0.0.tgz" },
      "node_modules/b": {
        version: "1.0.0",
        resolved: "https://npm.example.invalid/b.tgz",
        dependencies: { c: "https://npm.example.invalid/c.tgz" },
      },
      "node_modules/c": { version: "1.0.0", resolved: "https://npm.example.invalid/c.tgz" },
      "node_modules/d": { version: "1.0.0", resolved: "file:d-1.0.0.tgz" },
    });
    expect(packagesOf(lockfile)).toEqual(["a@1.0.0", "b@1.0.0", "c@1.0.0 url", "d@1.0.0 path"]);
  });

  it("names a package without a version as unpinned instead of losing it", () => {
    const lockfile = read({ "node_modules/a": { optional: true, dev: true } });
    expect(packagesOf(lockfile)).toEqual(["a@ dev"]);
    expect(gapsOf(lockfile)).toEqual(["unpinned a: the lockfile states no version"]);
    expect(gapsOf(readLockfile("package-lock.json", '{"lockfileVersion":1,"dependencies":{"a":{}}}'))).toEqual([
      "unpinned a: the lockfile states no version",
    ]);
  });

  it("refuses a package without a name", () => {
    expect(() => read({ "node_modules/": { version: "1.0.0" } })).toThrow(invalidAt("package-lock.json: "));
  });

  it("sorts by code unit", () => {
    const lockfile = read({
      "node_modules/a": { version: "10.0.0" },
      "node_modules/b/node_modules/a": { version: "9.0.0" },
      "node_modules/B": { version: "1.0.0" },
      "node_modules/a-b": { version: "1.0.0" },
      "node_modules/@a/b": { version: "1.0.0" },
    });
    expect(packagesOf(lockfile)).toEqual(["@a/b@1.0.0", "B@1.0.0", "a@10.0.0", "a@9.0.0", "a-b@1.0.0"]);
  });
});

describe("yarn.lock", () => {
  const CLASSIC = "# yarn lockfile v1\n\n\n";

  it("is an empty list when it holds its head alone", () => {
    expect(readLockfile("yarn.lock", CLASSIC).packages).toEqual([]);
  });

  it("tells git, URL and folder from the registry in version 1", () => {
    const entries = [
      ["user/repo", "https://codeload.github.com/user/repo/tar.gz/0123456"],
      ["https://example.invalid/b.tgz", "https://example.invalid/b.tgz#0123"],
      ["file:./c", ""],
      ["npm:@s/real@^1.0.0", "https://npm.example.invalid/real-1.0.0.tgz#0123"],
      [">= 1.0 < 2", "https://npm.example.invalid/e-1.0.0.tgz#0123"],
    ];
    const text = entries.map(([range, resolved], at) => {
      const source = resolved === "" ? "" : `  resolved "${resolved}"\n`;
      return `"${"abcde"[at]}@${range}":\n  version "1.0.0"\n${source}`;
    });
    const lockfile = readLockfile("yarn.lock", CLASSIC + text.join("\n"));
    expect(packagesOf(lockfile)).toEqual(["@s/real@1.0.0", "a@1.0.0 git", "b@1.0.0 url", "c@1.0.0 path", "e@1.0.0"]);
  });

  it.each([
    [4, "a@^1.0.0\n"],
    [4, '  version "1.0.0"\n'],
    [5, 'a@^1.0.0:\n   version "1.0.0"\n'],
    [5, "a@^1.0.0:\n  version\n"],
    [4, 'a@^1.0.0:\n  resolved "x"\n'],
    [4, 'a@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    b "^1.0.0"\n'],
    [5, 'a@^1.0.0:\n  version "1.0\\q"\n'],
  ])("refuses line %i of a broken version 1: %j", (line, text) => {
    expect(() => readLockfile("yarn.lock", CLASSIC + text)).toThrow(invalidAt(`yarn.lock:${line}: `));
  });

  it("takes a patch for the package that it patches, and refuses a file without its project", () => {
    const patch =
      '"a@patch:a@npm%3A1.0.0#~/p.patch":\n  version: 1.0.0\n  resolution: "a@patch:a@npm%3A1.0.0#~/p.patch"\n';
    const git =
      '"b@patch:b@https%3A//github.com/u/b.git#commit=01#p":\n  version: 1.0.0\n  resolution: "b@patch:b@https%3A//github.com/u/b.git#p"\n';
    const project = '"p@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "p@workspace:."\n';
    const head = "__metadata:\n  version: 8\n\n";
    expect(packagesOf(readLockfile("yarn.lock", `${head}${patch}\n${git}\n${project}`))).toEqual([
      "a@1.0.0",
      "b@1.0.0 git",
    ]);
    expect(() => readLockfile("yarn.lock", head + patch)).toThrow(invalidAt("yarn.lock: "));
  });
});

describe("pnpm-lock.yaml", () => {
  const IMPORTERS = "lockfileVersion: '9.0'\nimporters:\n  .: {}\n";

  it("is an empty list when the project needs nothing", () => {
    expect(readLockfile("pnpm-lock.yaml", IMPORTERS).packages).toEqual([]);
  });

  it("reads every document", () => {
    const own = `---\n${IMPORTERS.replace(".: {}", ".:\n    packageManagerDependencies:\n      pnpm:\n        specifier: 12.0.0\n        version: 12.0.0")}packages:\n  pnpm@12.0.0:\n    resolution: {}\nsnapshots:\n  pnpm@12.0.0: {}\n`;
    const project = `---\n${IMPORTERS.replace(".: {}", ".:\n    dependencies:\n      a:\n        specifier: 1.0.0\n        version: 1.0.0")}packages:\n  a@1.0.0:\n    resolution: {}\nsnapshots:\n  a@1.0.0: {}\n`;
    expect(packagesOf(readLockfile("pnpm-lock.yaml", own + project))).toEqual(["a@1.0.0", "pnpm@12.0.0"]);
  });

  it("keeps the text of a version that looks like a number", () => {
    const text =
      "lockfileVersion: 5.4\ndependencies:\n  a: 1.0.10\npackages:\n  /a/1.0.10:\n    resolution: {}\n    version: 1.10\n";
    expect(packagesOf(readLockfile("pnpm-lock.yaml", text))).toEqual(["a@1.10"]);
  });

  it("drops peers and hashes from the keys of every version", () => {
    const v5 =
      "lockfileVersion: 5.4\npackages:\n  /@s/a/1.0.0_b@2.0.0:\n    resolution: {}\n  registry.example.invalid/c/1.0.0:\n    resolution: {}\n";
    const v6 =
      "lockfileVersion: '6.0'\npackages:\n  /@s/a@1.0.0(@s/b@2.0.0)(c@1.0.0):\n    resolution: {}\n    dev: true\n";
    expect(packagesOf(readLockfile("pnpm-lock.yaml", v5))).toEqual(["@s/a@1.0.0", "c@1.0.0"]);
    expect(packagesOf(readLockfile("pnpm-lock.yaml", v6))).toEqual(["@s/a@1.0.0 dev"]);
  });

  it("names a link to a folder outside the workspace, and no link inside it", () => {
    const text =
      "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      w:\n        specifier: workspace:*\n        version: link:packages/w\n      o:\n        specifier: link:../o\n        version: link:../o\n  packages/w: {}\n";
    expect(gapsOf(readLockfile("pnpm-lock.yaml", text))).toEqual(["path-dependency o: link:../o"]);
  });

  it("refuses a file that lacks a package which it needs", () => {
    const text = IMPORTERS.replace(
      ".: {}",
      ".:\n    dependencies:\n      a:\n        specifier: 1.0.0\n        version: 1.0.0",
    );
    expect(() => readLockfile("pnpm-lock.yaml", text)).toThrow(invalidAt('pnpm-lock.yaml: found no package "a@1.0.0"'));
  });
});
