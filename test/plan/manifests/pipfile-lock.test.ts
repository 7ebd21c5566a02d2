import { expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

function lock(categories: object): string {
  return JSON.stringify({ _meta: { hash: { sha256: "0" }, "pipfile-spec": 6 }, ...categories });
}

it("reads every category; a package of develop alone is for development", () => {
  const text = lock({
    default: { Markup_Safe: { version: "==2.1.1", hashes: ["sha256:00"], index: "pypi" } },
    develop: { "markup-safe": { version: "==2.1.1" }, pluggy: { version: "===1.0.0" } },
    docs: { sphinx: { version: "==7.0" } },
  });
  expect(packagesOf(readLockfile("Pipfile.lock", text))).toEqual([
    "markup-safe@2.1.1",
    "pluggy@1.0.0 dev",
    "sphinx@7.0",
  ]);
});

it("names what comes from elsewhere or has no version, and takes the folder itself for the project", () => {
  const text = lock({
    default: {
      a: { git: "https://u:t@example.invalid/a.git", ref: "0123", editable: true },
      b: { path: "./b", editable: true },
      c: { file: "https://example.invalid/c.whl?x=1" },
      d: { file: "vendor/d.whl", version: "==1.0" },
      e: {},
      f: { version: "*" },
      g: { version: "==1.*" },
      self: { path: ".", editable: true },
    },
  });
  const lockfile = readLockfile("Pipfile.lock", text);
  expect(packagesOf(lockfile)).toEqual(["a@ git", "b@ path", "c@ url", "d@1.0 path", "e@", "f@", "g@"]);
  expect(lockfile.own).toEqual(["self"]);
  expect(gapsOf(lockfile)).toEqual([
    "git-dependency a: https://example.invalid/a.git#0123",
    "path-dependency b: ./b",
    "path-dependency d: vendor/d.whl",
    "unpinned e: the lockfile states no version",
    "unresolved-range f: *",
    "unresolved-range g: ==1.*",
    "url-dependency c: https://example.invalid/c.whl",
  ]);
});

it.each(["{}", '{"_meta": {"pipfile-spec": 7}}', '{"_meta": {"pipfile-spec": 6}, "default": {"a": "==1"}}'])(
  "refuses %s",
  (text) => {
    expect(() => readLockfile("a/Pipfile.lock", text)).toThrow(invalidAt("a/Pipfile.lock: "));
  },
);
