import { expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const META = '[metadata]\nlock_version = "4.5.0"\ncontent_hash = "sha256:0"\n';

it("counts an entry with extras once and takes the group dev alone for development", () => {
  const text = `${META}[[package]]\nname = "Cover_Age"\nversion = "7.4"\ngroups = ["dev"]\n[[package]]\nname = "cover-age"\nversion = "7.4"\nextras = ["toml"]\ngroups = ["dev"]\n[[package]]\nname = "b"\nversion = "1"\ngroups = ["default", "dev"]\n[[package]]\nname = "c"\nversion = "1"\ngroups = ["docs"]\n`;
  expect(packagesOf(readLockfile("pdm.lock", text))).toEqual(["b@1", "c@1", "cover-age@7.4 dev"]);
});

it("names what comes from elsewhere and takes the folder itself for the project", () => {
  const text = `${META}[[package]]\nname = "a"\nversion = "1"\ngit = "https://u:t@example.invalid/a.git"\nref = "main"\nrevision = "0123"\n[[package]]\nname = "b"\npath = "./b"\n[[package]]\nname = "c"\nversion = "2"\nurl = "https://example.invalid/c.whl"\n[[package]]\nname = "self"\npath = "."\n`;
  const lockfile = readLockfile("pdm.lock", text);
  expect(packagesOf(lockfile)).toEqual(["a@1 git", "b@ path", "c@2 url"]);
  expect(lockfile.own).toEqual(["self"]);
  expect(gapsOf(lockfile)).toEqual([
    "git-dependency a: https://example.invalid/a.git#0123",
    "path-dependency b: ./b",
    "url-dependency c: https://example.invalid/c.whl",
  ]);
});

it.each([
  '[[package]]\nname = "a"\nversion = "1"\n',
  '[metadata]\nlock_version = "5.0"\ncontent_hash = "0"\n',
  `${META}[[package]]\nname = "a"\n`,
])("refuses %j", (text) => {
  expect(() => readLockfile("a/pdm.lock", text)).toThrow(invalidAt("a/pdm.lock: "));
});
