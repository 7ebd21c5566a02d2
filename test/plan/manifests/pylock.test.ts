import { expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const HEAD = 'lock-version = "1.0"\ncreated-by = "x"\n';

it("reads packages of every source and takes the folder itself for the project", () => {
  const text = `${HEAD}packages = [
  { name = "Ruamel.YAML", version = "0.18", wheels = [{ url = "https://example.invalid/w.whl", hashes = {} }] },
  { name = "b", version = "1", sdist = { url = "https://example.invalid/b.tar.gz" } },
  { name = "c", vcs = { type = "git", url = "https://u:t@example.invalid/c.git", commit-id = "0123" } },
  { name = "d", directory = { path = "../d" } },
  { name = "e", version = "2", archive = { url = "https://example.invalid/e.zip?x=1" } },
  { name = "f", archive = { path = "vendor/f.zip" } },
  { name = "g", sdist = { path = "g.tar.gz" } },
  { name = "self", directory = { path = "./", editable = true } },
]\n`;
  const lockfile = readLockfile("pylock.toml", text);
  expect(packagesOf(lockfile)).toEqual(["b@1", "c@ git", "d@ path", "e@2 url", "f@ path", "g@", "ruamel-yaml@0.18"]);
  expect(lockfile.own).toEqual(["self"]);
  expect(gapsOf(lockfile)).toEqual([
    "git-dependency c: https://example.invalid/c.git#0123",
    "path-dependency d: ../d",
    "path-dependency f: vendor/f.zip",
    "unpinned g: the lockfile states no version",
    "url-dependency e: https://example.invalid/e.zip",
  ]);
});

it.each([
  'lock-version = "2.0"\ncreated-by = "x"\npackages = []\n',
  'lock-version = "1.0"\npackages = []\n',
  HEAD,
  `${HEAD}packages = [{ name = "a", version = "1" }]\n`,
])("refuses %j", (text) => {
  expect(() => readLockfile("a/pylock.toml", text)).toThrow(invalidAt("a/pylock.toml: "));
});
