import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const entry = (name: string, source: string, description: string, dependency = "transitive") =>
  `  ${name}:\n    dependency: "${dependency}"\n    description: ${description}\n    source: ${source}\n    version: "1.10"\n`;

describe("pubspec.lock", () => {
  it("tells registry, git, folder and SDK apart, and `direct dev` as dev", () => {
    const text = [
      "packages:\n",
      entry("a", "hosted", "{name: a, url: x}", "direct dev"),
      entry("b", "git", '{url: "https://u:t@example.invalid/b.git", path: "."}'),
      entry("c", "path", "{path: ../c, relative: true}"),
      entry("d", "sdk", "flutter"),
      entry("e", "hosted", "e", "direct main"),
    ].join("");
    const lockfile = readLockfile("pubspec.lock", text);
    expect(packagesOf(lockfile)).toEqual(["a@1.10 dev", "b@1.10 git", "c@1.10 path", "d@1.10 path", "e@1.10"]);
    expect(gapsOf(lockfile)).toEqual([
      "git-dependency b: https://example.invalid/b.git",
      "path-dependency c: ../c",
      'path-dependency d: comes with the SDK "flutter"',
    ]);
  });

  it("is an empty list for a project that needs nothing", () => {
    expect(readLockfile("pubspec.lock", 'packages: {}\nsdks:\n  dart: ">=2.0.0"\n').packages).toEqual([]);
    expect(readLockfile("pubspec.lock", "sdk: any\n").packages).toEqual([]);
  });

  it.each(["", "text", "other: 1\n", "packages:\n  a: {}\n", `packages:\n${entry("a", "moon", "a")}`])(
    "refuses %j",
    (text) => {
      expect(() => readLockfile("pubspec.lock", text)).toThrow(invalidAt("pubspec.lock"));
    },
  );
});
