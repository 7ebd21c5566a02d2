import { expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

function lock(workspaces: object, packages: object): string {
  return JSON.stringify({ lockfileVersion: 1, workspaces, packages });
}

it("takes what only devDependencies reach for development, resolved as in node_modules", () => {
  const text = lock(
    { "": { name: "p", dependencies: { a: "^1" }, devDependencies: { "@s/d": "^1" } } },
    {
      "@s/d": ["@s/d@1.0.0", "", { dependencies: { x: "^2" }, peerDependencies: { only: "*" } }, "sha512-0"],
      "@s/d/x": ["x@2.0.0", "", { dependencies: { y: "*" } }, "sha512-0"],
      "@s/d/y": ["y@2.0.0", "", {}, "sha512-0"],
      a: ["a@1.0.0", "", { dependencies: { x: "^1" }, optionalDependencies: { absent: "*" } }, "sha512-0"],
      only: ["only@1.0.0", "", {}, "sha512-0"],
      x: ["x@1.0.0", "", { dependencies: { y: "*" } }, "sha512-0"],
      y: ["y@1.0.0", "", {}, "sha512-0"],
    },
  );
  expect(packagesOf(readLockfile("bun.lock", text))).toEqual([
    "@s/d@1.0.0 dev",
    "a@1.0.0",
    "only@1.0.0 dev",
    "x@1.0.0",
    "x@2.0.0 dev",
    "y@1.0.0",
    "y@2.0.0 dev",
  ]);
});

it("counts an alias under its real name, names other sources, and takes members for the tree's own", () => {
  const text = lock(
    { "": { name: "p", dependencies: { l: "link:../l" } }, "packages/m": { name: "@p/m" } },
    {
      p: ["p@root:", { bin: {} }],
      "@p/m": ["@p/m@workspace:packages/m"],
      old: ["real@6.1.0", "", {}, "sha512-0"],
      g: ["g@github:u/g#0123", {}, "u-g-0123"],
      h: ["h@git+ssh://git@example.invalid/h.git#4567", {}, "4567"],
      f: ["f@file:deps/f", {}],
      l: ["l@link:../l", {}],
      t: ["t@https://example.invalid/t.tgz", {}, "sha512-0"],
    },
  );
  const lockfile = readLockfile("bun.lock", text);
  expect(packagesOf(lockfile)).toEqual(["f@ path", "g@ git", "h@ git", "l@ path", "real@6.1.0", "t@ url"]);
  expect(lockfile.own).toEqual(["@p/m", "p"]);
  expect(gapsOf(lockfile)).toEqual([
    "git-dependency g: github:u/g#0123",
    "git-dependency h: git+ssh://example.invalid/h.git#4567",
    "path-dependency f: file:deps/f",
    "path-dependency l: link:../l",
    "url-dependency t: https://example.invalid/t.tgz",
  ]);
});

it("takes a registry's archive for its version, unless somebody asked for that address", () => {
  const taken = "https://registry.example.invalid/@s/a-1/-/a-1-2.0.0-rc.1.tgz";
  const asked = "https://example.invalid/b/-/b-1.0.0.tgz";
  const text = lock(
    { "": { name: "p", dependencies: { "@s/a-1": "^2", b: asked } } },
    { "@s/a-1": [`@s/a-1@${taken}`, {}, "sha512-0"], b: [`b@${asked}`, {}, "sha512-0"] },
  );
  const lockfile = readLockfile("bun.lock", text);
  expect(packagesOf(lockfile)).toEqual(["@s/a-1@2.0.0-rc.1", "b@ url"]);
  expect(gapsOf(lockfile)).toEqual([`url-dependency b: ${asked}`]);
});

it("reads comments and commas before a bracket, and leaves those in a text alone", () => {
  const text = `// one\n{"lockfileVersion": 0, /* two */ "workspaces": {"": {"name": "a,} // \\" ,]", },},\n"packages": {"a": ["a@1.0.0", "", {}, "x", /* , */ ] , // three\n},}\n`;
  expect(packagesOf(readLockfile("bun.lock", text))).toEqual(["a@1.0.0"]);
});

it.each([
  [": ", "{}"],
  [": ", '{"lockfileVersion": 2, "workspaces": {}}'],
  [": ", lock({}, { a: [] })],
  [": ", lock({}, { a: [1] })],
  [': found "a" at "a"', lock({}, { a: ["a"] })],
  [': found "a@latest" at "a"', lock({}, { a: ["a@latest", "", {}, ""] })],
  [': package "a": ', lock({}, { a: ["a@1.0.0", "", { dependencies: { b: 1 } }, ""] })],
  [":2: ", '{"lockfileVersion": 1,\n,"workspaces": {}}'],
  [":1: found broken JSON", '{"lockfileVersion": 1, /* '],
  [":1: ", '{"lockfileVersion": 1 / "workspaces": {}}'],
])("refuses with its place %s", (place, text) => {
  expect(() => readLockfile("a/bun.lock", text)).toThrow(invalidAt(`a/bun.lock${place}`));
});
