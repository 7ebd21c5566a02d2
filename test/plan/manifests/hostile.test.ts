import { describe, expect, it } from "vitest";
import { invalidAt, readLockfile } from "../../support/lockfile.ts";

const NEEDS_CONTENT = [
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "Cargo.lock",
  "go.mod",
  "poetry.lock",
  "uv.lock",
  ...["Pipfile.lock", "pdm.lock", "pylock.toml", "bun.lock", "deno.lock", "composer.lock", "Gemfile.lock"],
  ...["packages.lock.json", "packages.config", "app.deps.json"],
  ...["gradle.lockfile", "verification-metadata.xml", "pom.xml", "pubspec.lock", "mix.lock", "conan.lock"],
  ...["cabal.project.freeze", "stack.yaml.lock", "renv.lock", "Package.resolved"],
];

describe("refuses, with the file's path", () => {
  it.each(NEEDS_CONTENT)("an empty %s", (name) => {
    for (const text of ["", "\n \n", "\uFEFF"])
      expect(() => readLockfile(`a/${name}`, text)).toThrow(invalidAt(`a/${name}: `));
  });

  it.each(NEEDS_CONTENT)("a %s that is something else", (name) => {
    for (const text of [
      "\0\u0001\u0002",
      "<html></html>",
      "<<<<<<< HEAD\n=======\n>>>>>>> theirs\n",
      "[]",
      "null",
      "7",
    ]) {
      expect(() => readLockfile(`a/${name}`, text)).toThrow(invalidAt(`a/${name}`));
    }
  });

  it.each([
    ["package-lock.json", '{"lockfileVersion": 4, "packages": {}}'],
    ["package-lock.json", '{"packages": {}}'],
    ["package-lock.json", '{"lockfileVersion": "3", "packages": {}}'],
    ["package-lock.json", '{"lockfileVersion": 3}'],
    ["yarn.lock", "# yarn lockfile v2\n"],
    ["yarn.lock", "__metadata:\n  version: 3\n"],
    ["yarn.lock", "__metadata:\n  version: 99\n"],
    ["pnpm-lock.yaml", "lockfileVersion: '7.0'\n"],
    ["pnpm-lock.yaml", "lockfileVersion: 10.0\n"],
    ["pnpm-lock.yaml", "importers: {}\n"],
    ["Cargo.lock", "version = 5\n"],
    ["poetry.lock", '[metadata]\nlock-version = "3.0"\ncontent-hash = "0"\n'],
    ["uv.lock", "version = 2\n"],
    ["Pipfile.lock", '{"_meta": {"pipfile-spec": 5}}'],
    ["pdm.lock", '[metadata]\nlock_version = "5.0"\ncontent_hash = "0"\n'],
    ["uv.lock", 'requires-python = ">=3.12"\n'],
  ])("an unknown version of %s: %s", (name, text) => {
    expect(() => readLockfile(`a/${name}`, text)).toThrow(invalidAt(`a/${name}: `));
  });

  it.each([
    ["package-lock.json", 4, '{\n"lockfileVersion": 3,\n"packages": {"": {},\n"": {}}}'],
    ["package-lock.json", 3, '{\n"lockfileVersion": 3, "packages": {"a":\n{"\\u0061b": 1, "ab": 2}}}'],
    ["yarn.lock", 6, '# yarn lockfile v1\n\na@^1:\n  version "1.0.0"\n\na@^1:\n  version "1.0.1"\n'],
    ["yarn.lock", 5, '# yarn lockfile v1\n\na@^1:\n  version "1.0.0"\n  version "1.0.1"\n'],
    ["yarn.lock", 3, "__metadata:\n  version: 8\n__metadata:\n  version: 8\n"],
    [
      "pnpm-lock.yaml",
      4,
      "lockfileVersion: '9.0'\npackages:\n  a@1.0.0: {resolution: {}}\n  a@1.0.0: {resolution: {}}\n",
    ],
    ["Cargo.lock", 4, 'version = 4\n[metadata]\n"a" = 1\n"a" = 2\n'],
    ["uv.lock", 2, "version = 1\nversion = 1\n"],
    ["pubspec.lock", 3, "packages:\n  a: {}\n  a: {}\n"],
    ["renv.lock", 2, '{"Packages": {"a": {},\n"a": {}}}'],
    ["conan.lock", 2, '{"version": "0.5",\n"version": "0.5"}'],
    ["Package.resolved", 2, '{"version": 2,\n"version": 2}'],
  ])("a key that %s has twice, with its line %i", (name, line, text) => {
    expect(() => readLockfile(`a/${name}`, text)).toThrow(invalidAt(`a/${name}:${line}`));
  });

  it.each([
    ["package-lock.json", '{"lockfileVersion": 3, "packages": {"__proto__": {"version": "1.0.0"}}}'],
    ["package-lock.json", '{"lockfileVersion": 3, "packages": {"\\u005f_proto__": {"version": "1.0.0"}}}'],
    ["package-lock.json", '{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "__proto__": {}}}}'],
    ["yarn.lock", "__metadata:\n  version: 8\n__proto__:\n  version: 1.0.0\n"],
    ["pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters: {}\npackages:\n  __proto__: {resolution: {}}\n"],
    ["Cargo.lock", "version = 4\n[__proto__]\na = 1\n"],
    ["composer.lock", '{"packages": [{"name": "a/a", "version": "1", "__proto__": {}}]}'],
    ["Pipfile.lock", '{"_meta": {"pipfile-spec": 6}, "__proto__": {"a": {}}}'],
    ["bun.lock", '{"lockfileVersion": 1, "workspaces": {}, "packages": {"__proto__": ["a@1.0.0"],},}'],
    ["deno.lock", '{"version": "4", "npm": {"__proto__": {}}}'],
    ["uv.lock", "version = 1\n[[package]]\nname = 'a'\n__proto__ = { b = 1 }\n"],
  ])("a key __proto__ in %s: %s", (name, text) => {
    expect(() => readLockfile(`a/${name}`, text)).toThrow(invalidAt(`a/${name}`));
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("version");
  });

  it.each([
    ["package-lock.json", "[".repeat(100_000)],
    ["package-lock.json", "[".repeat(100_000) + "]".repeat(100_000)],
    ["package-lock.json", nestedDependencies(300)],
    ["yarn.lock", `__metadata: ${"[".repeat(100_000)}`],
    ["bun.lock", "[".repeat(100_000)],
    ["composer.lock", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
    ["packages.config", "<packages>".repeat(100_000)],
    ["pnpm-lock.yaml", Array.from({ length: 200 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("")],
    ["Cargo.lock", `a = ${"[".repeat(100_000)}`],
    ["uv.lock", `a = ${"{b=".repeat(100_000)}`],
  ])("nesting without end in %s", (name, text) => {
    expect(() => readLockfile(`a/${name}`, text)).toThrow(invalidAt(`a/${name}`));
  });

  it.each(["yarn.lock", "pnpm-lock.yaml", "pubspec.lock", "stack.yaml.lock"])("an alias bomb in %s", (name) => {
    const bomb = [
      "a: &a [x, x]",
      ...[..."bcdefghij"].map((key, at) => `${key}: &${key} [*${"abcdefghij"[at]}, *${"abcdefghij"[at]}]`),
    ];
    expect(() => readLockfile(`a/${name}`, `__metadata: {version: 8}\n${bomb.join("\n")}\n`)).toThrow(
      invalidAt(`a/${name}:3`),
    );
  });
});

it("reads the deepest package-lock that it allows without recursion", () => {
  expect(readLockfile("package-lock.json", nestedDependencies(254)).packages).toHaveLength(254);
});

it("shows no credentials and no endless line in a message", () => {
  const secret = ["pass", "word"].join("");
  const line = `!! https://user:${secret}@example.invalid/a.zip?token=${secret}${"x".repeat(10_000)}`;
  expect(() => readLockfile("requirements.txt", `${line}\n`)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(secret) }),
  );
  expect(() => readLockfile("requirements.txt", `!${"x".repeat(10_000)}\n`)).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/^.{1,400}$/) }),
  );
});

it("takes time in proportion to the text for lines made to be slow", () => {
  const lines = [
    `https://example.invalid/${"a-1".repeat(50_000)}`,
    `a${"[".repeat(50_000)}`,
    `a==1${" ".repeat(50_000)}x`,
  ];
  for (const line of [...lines, `${"a.".repeat(50_000)}!`, "a \\\n".repeat(50_000)]) {
    expect(["number", "LOCKFILE_INVALID"]).toContain(outcome("requirements.txt", line));
  }
  expect(outcome("yarn.lock", `# yarn lockfile v1\n${"a, ".repeat(50_000)}\n`)).toBe("LOCKFILE_INVALID");
  for (const line of [
    "/*".repeat(50_000),
    '"\\'.repeat(50_000),
    '"'.repeat(50_000),
    ",".repeat(50_000),
    "//,".repeat(50_000),
  ]) {
    expect(outcome("bun.lock", line)).toBe("LOCKFILE_INVALID");
  }
  expect(outcome("Gemfile.lock", `GEM\n  specs:\n    a${"(1-".repeat(50_000)}\n`)).toBe("LOCKFILE_INVALID");
  expect(outcome("deno.lock", `{"version":"4","remote":{"https://e/${"a@/".repeat(50_000)}":"0"}}`)).toBe("number");
  expect(outcome("go.mod", `module a\nrequire a v1.0.0${"-1".repeat(50_000)}x y\n`)).toBe("LOCKFILE_INVALID");
});

function outcome(name: string, text: string): string {
  try {
    return typeof readLockfile(name, text).packages.length;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function nestedDependencies(depth: number): string {
  const open = Array.from({ length: depth }, (_, at) => `{"a":{"version":"1.0.${at}","dependencies":`).join("");
  return `{"lockfileVersion":1,"dependencies":${open}{}${"}}".repeat(depth)}}`;
}
