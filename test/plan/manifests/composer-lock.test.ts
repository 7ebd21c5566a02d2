import { expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

function lock(packages: readonly object[], dev: readonly object[] | null = []): string {
  return JSON.stringify({ "content-hash": "0", packages, "packages-dev": dev });
}

it("keeps versions as they are written and takes packages-dev for development", () => {
  const text = lock([{ name: "a/a", version: "v1.0.0" }], [{ name: "b/b", version: "2.0.0-beta1" }]);
  expect(packagesOf(readLockfile("composer.lock", text))).toEqual(["a/a@v1.0.0", "b/b@2.0.0-beta1 dev"]);
});

it("reads what Composer 1 wrote without development packages", () => {
  expect(readLockfile("composer.lock", lock([], null)).packages).toEqual([]);
});

it("names a branch with its commit and a folder with its path", () => {
  const source = { type: "git", url: "https://u:t@example.invalid/g.git", reference: "0123" };
  const text = lock([
    { name: "a/main", version: "dev-main", source },
    {
      name: "a/next",
      version: "2.x-dev",
      dist: { type: "zip", url: "https://example.invalid/n.zip", reference: null },
    },
    { name: "a/folder", version: "1.0.0", dist: { type: "path", url: "../folder", reference: "4567" } },
  ]);
  const lockfile = readLockfile("composer.lock", text);
  expect(packagesOf(lockfile)).toEqual(["a/folder@1.0.0 path", "a/main@dev-main git", "a/next@2.x-dev git"]);
  expect(gapsOf(lockfile)).toEqual([
    "git-dependency a/main: https://example.invalid/g.git#0123",
    "git-dependency a/next: https://example.invalid/n.zip",
    "path-dependency a/folder: ../folder",
  ]);
});

it("takes several licences for a choice", () => {
  const text = lock([
    { name: "a/one", version: "1", license: ["MIT"] },
    { name: "a/more", version: "1", license: ["MIT", "(GPL-2.0-only and X)", "A and B"] },
    { name: "a/text", version: "1", license: "MIT" },
    { name: "a/none", version: "1", license: [] },
  ]);
  const { packages } = readLockfile("composer.lock", text);
  expect(packages.map(({ name, license }) => [name, license])).toEqual([
    ["a/more", "MIT OR ((GPL-2.0-only and X)) OR (A and B)"],
    ["a/none", undefined],
    ["a/one", "MIT"],
    ["a/text", "MIT"],
  ]);
});

it.each(["{}", '{"packages": {}}', '{"packages": [{"name": "a/a"}]}', '{"packages": [{"name": "", "version": "1"}]}'])(
  "refuses %s",
  (text) => {
    expect(() => readLockfile("a/composer.lock", text)).toThrow(invalidAt("a/composer.lock: "));
  },
);
