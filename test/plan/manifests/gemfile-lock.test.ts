import { expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const END = "\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  a\n";

it("takes a gem for several platforms as one and gives no platform in its version", () => {
  const text = `GEM\n  remote: https://rubygems.org/\n  specs:\n    a (1.2.0)\n    a (1.2.0-java)\n    a (1.2.0-x86_64-linux-gnu)\n    b (1.0.0.rc.1)!\n${END}`;
  expect(packagesOf(readLockfile("Gemfile.lock", text))).toEqual(["a@1.2.0", "b@1.0.0.rc.1"]);
});

it("names gems from git, folders and plugins, and takes the folder itself for the project", () => {
  const text = `GIT\n  remote: https://u:t@example.invalid/g.git\n  revision: 0123\n  branch: main\n  specs:\n    g (1.0)\n\nPATH\n  remote: .\n  specs:\n    project (0.1.0)\n      a\n\nPATH\n  remote: engines/e\n  specs:\n    e (0.1.0)\n\nPLUGIN SOURCE\n  remote: https://example.invalid/p\n  type: x\n  specs:\n    p (2.0)\n\nGEM\n  specs:\n    a (1.0)\n${END}`;
  const lockfile = readLockfile("gems.locked", text);
  expect(packagesOf(lockfile)).toEqual(["a@1.0", "e@0.1.0 path", "g@1.0 git", "p@2.0 url"]);
  expect(lockfile.own).toEqual(["project"]);
  expect(gapsOf(lockfile)).toEqual([
    "git-dependency g: https://example.invalid/g.git#0123",
    "path-dependency e: engines/e",
    "url-dependency p: https://example.invalid/p",
  ]);
});

it("reads the sections of Bundler 2.6 and passes over Bundler itself", () => {
  const text = `GEM\n  specs:\n    a (1.0)\n      bundler (>= 1)\n${END}\nCHECKSUMS\n  a (1.0) sha256=00\n\nRUBY VERSION\n   ruby 3.3.0p0\n\nBUNDLED WITH\n   2.6.2\n`;
  expect(packagesOf(readLockfile("Gemfile.lock", text))).toEqual(["a@1.0"]);
});

it.each([
  [": found an empty file", ""],
  [": found no section DEPENDENCIES", "GEM\n  specs:\n    a (1.0)\n"],
  [':4: found no gem "b"', `GEM\n  specs:\n    a (1.0)\n      b (~> 1)\n${END}`],
  [':3: found "a"', `GEM\n  specs:\n    a\n${END}`],
  [':3: found "a (1.0"', `GEM\n  specs:\n    a (1.0\n${END}`],
  [':1: found "GEMS"', `GEMS\n  specs:\n    a (1.0)\n${END}`],
  [':1: found "<<<<<<< HEAD"', `<<<<<<< HEAD\nGEM\n${END}`],
  [':1: found "    a (1.0)"', `    a (1.0)\n${END}`],
])("refuses with its place %s", (place, text) => {
  expect(() => readLockfile("x/Gemfile.lock", text)).toThrow(invalidAt(`x/Gemfile.lock${place}`));
});
