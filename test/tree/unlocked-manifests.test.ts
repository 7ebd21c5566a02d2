import { describe, expect, it } from "vitest";
import { lockfileFormatOf, MANIFESTS, manifestOf } from "../../pipeline/plan/manifests/index.ts";
import { unlockedManifests } from "../../pipeline/tree/unlocked-manifests.ts";
import { unreadLockfiles } from "../../pipeline/tree/unread-lockfiles.ts";
import type { Inventory } from "../../schemas/inventory.ts";

function inventoryOf(paths: readonly string[]): Inventory {
  const files = paths.map((path) => {
    const [manifest, lockfile] = [manifestOf(path), lockfileFormatOf(path)];
    return {
      path,
      size: 1,
      sha256: "0".repeat(64),
      encoding: "text" as const,
      ...(manifest === undefined ? {} : { manifest }),
      ...(lockfile === undefined ? {} : { lockfile }),
    };
  });
  return { schemaVersion: "supply-gate/inventory-1", files, leftOut: [] };
}

const unlocked = (...paths: string[]) => unlockedManifests(inventoryOf(paths)).map(({ path }) => path);

describe("unlockedManifests", () => {
  it.each([
    ["package.json", "package-lock.json"],
    ["package.json", "bun.lockb"],
    ["deno.jsonc", "deno.lock"],
    ["Cargo.toml", "Cargo.lock"],
    ["pyproject.toml", "uv.lock"],
    ["setup.cfg", "pdm.lock"],
    ["setup.py", "requirements.txt"],
    ["Pipfile", "Pipfile.lock"],
    ["requirements-dev.in", "requirements-dev.txt"],
    ["environment.yml", "conda-lock.yml"],
    ["build.gradle.kts", "gradle.lockfile"],
    ["build.gradle", "gradle/verification-metadata.xml"],
    ["App.csproj", "packages.lock.json"],
    ["App.vbproj", "packages.config"],
    ["Gemfile", "Gemfile.lock"],
    ["a.gemspec", "gems.locked"],
    ["composer.json", "composer.lock"],
    ["mix.exs", "mix.lock"],
    ["rebar.config", "rebar.lock"],
    ["pubspec.yaml", "pubspec.lock"],
    ["Package.swift", "Package.resolved"],
    ["Podfile", "Podfile.lock"],
    ["conanfile.py", "conan.lock"],
    ["a.cabal", "cabal.project.freeze"],
    ["stack.yaml", "stack.yaml.lock"],
    ["DESCRIPTION", "renv.lock"],
    ["Project.toml", "Manifest.toml"],
    ["flake.nix", "flake.lock"],
    ["MODULE.bazel", "MODULE.bazel.lock"],
    ["Chart.yaml", "Chart.lock"],
  ])("names %s without %s, in its folder or above", (manifest, lockfile) => {
    expect(unlocked(`a/b/${manifest}`)).toEqual([`a/b/${manifest}`]);
    for (const folder of ["", "a/", "a/b/"]) expect(unlocked(`a/b/${manifest}`, `${folder}${lockfile}`)).toEqual([]);
    for (const folder of ["c/", "a/b/c/"]) {
      expect(unlocked(`a/b/${manifest}`, `${folder}${lockfile}`)).toEqual([`a/b/${manifest}`]);
    }
  });

  it("says which lockfiles would do", () => {
    expect(unlockedManifests(inventoryOf(["a/Cargo.toml", "build.sbt", "b/x-requirements.in"]))).toEqual([
      { path: "a/Cargo.toml", manifest: "Cargo.toml", expected: ["Cargo.lock"] },
      { path: "build.sbt", manifest: "build.sbt", expected: [] },
      { path: "b/x-requirements.in", manifest: "*requirements*.in", expected: ["x-requirements.txt"] },
    ]);
  });

  it("takes a lockfile of another ecosystem for none", () => {
    expect(unlocked("package.json", "Cargo.lock", "Pipfile.lock")).toEqual(["package.json"]);
  });

  it("asks for none where a file locks itself, is a lockfile, or lists versions for another manifest", () => {
    expect(
      unlocked("go.mod", "go.work", "requirements.txt", "pom.xml", "libs.versions.toml", "Directory.Packages.props"),
    ).toEqual([]);
    expect(unlocked("pnpm-workspace.yaml", "constraints.txt", "Podfile.lock", "a/src/main.ts")).toEqual([]);
  });

  it("knows every manifest of the list as one that needs a lockfile, is one, or needs none", () => {
    const neither = MANIFESTS.filter((manifest) => {
      const file = { path: manifest, size: 1, sha256: "0".repeat(64), encoding: "text" as const, manifest };
      const inventory = { ...inventoryOf([]), files: [file] };
      return unlockedManifests(inventory).length === 0 && unreadLockfiles(inventory).length === 0;
    });
    expect(neither).toEqual([
      "pnpm-workspace.yaml",
      "go.work",
      "*constraints*.txt",
      "*.versions.toml",
      "Directory.Packages.props",
    ]);
  });

  it("names text files in a folder of requirements, which nobody reads", () => {
    expect(unlocked("requirements/base.txt")).toEqual(["requirements/base.txt"]);
  });

  it("leaves out installed dependencies, as manifests and as lockfiles", () => {
    expect(unlocked("node_modules/a/package.json", "package.json", "package-lock.json")).toEqual([]);
    expect(unlocked("node_modules/a/package.json", "node_modules/a/yarn.lock", "package.json")).toEqual([
      "package.json",
    ]);
    expect(unlocked("node_modules/gradle/verification-metadata.xml", "build.gradle")).toEqual(["build.gradle"]);
  });

  it("keeps the order of the inventory", () => {
    expect(unlocked("a/mix.exs", "b/Gemfile", "c.csproj")).toEqual(["a/mix.exs", "b/Gemfile", "c.csproj"]);
  });
});
