import { expect, it } from "vitest";
import { lockfileFormatOf, manifestOf } from "../../../pipeline/plan/manifests/index.ts";

it.each([
  ["package-lock.json", "package-lock"],
  ["a/npm-shrinkwrap.json", "package-lock"],
  ["a/b/yarn.lock", "yarn-lock"],
  ["pnpm-lock.yaml", "pnpm-lock"],
  ["Cargo.lock", "cargo-lock"],
  ["go.mod", "go-mod"],
  ["requirements.txt", "requirements"],
  ["a/requirements-dev.txt", "requirements"],
  ["a/requirements.prod.txt", "requirements"],
  ["a/my-requirements.txt", "requirements"],
  ["the_requirements_for_test.txt", "requirements"],
  ["poetry.lock", "poetry-lock"],
  ["uv.lock", "uv-lock"],
  ["Pipfile.lock", "pipfile-lock"],
  ["pdm.lock", "pdm-lock"],
  ["pylock.toml", "pylock"],
  ["a/pylock.dev.toml", "pylock"],
  ["bun.lock", "bun-lock"],
  ["deno.lock", "deno-lock"],
  ["composer.lock", "composer-lock"],
  ["Gemfile.lock", "gemfile-lock"],
  ["gems.locked", "gemfile-lock"],
  ["packages.lock.json", "packages-lock"],
  ["packages.config", "packages-config"],
  ["bin/App.deps.json", "deps-json"],
  ["gradle.lockfile", "gradle-lock"],
  ["a/buildscript-gradle.lockfile", "gradle-lock"],
  ["gradle/verification-metadata.xml", "gradle-verification"],
  ["a/pom.xml", "pom-xml"],
  ["pubspec.lock", "pubspec-lock"],
  ["mix.lock", "mix-lock"],
  ["conan.lock", "conan-lock"],
  ["cabal.project.freeze", "cabal-freeze"],
  ["stack.yaml.lock", "stack-lock"],
  ["renv.lock", "renv-lock"],
  ["App.xcodeproj/project.xcworkspace/xcshareddata/swiftpm/Package.resolved", "swift-resolved"],
])("knows %s as %s", (path, format) => {
  expect(lockfileFormatOf(path)).toBe(format);
  expect(manifestOf(path)).toBeUndefined();
});

it.each([
  ["package.json", "package.json"],
  ["a/Cargo.toml", "Cargo.toml"],
  ["pyproject.toml", "pyproject.toml"],
  ["a/setup.py", "setup.py"],
  ["requirements.in", "*requirements*.in"],
  ["a/requirements/base.txt", "requirements/*.txt"],
  ["constraints.txt", "*constraints*.txt"],
  ["bun.lockb", "bun.lockb"],
  ["conda-lock.yml", "conda-lock.yml"],
  ["gradle/dependency-locks/compileClasspath.lockfile", "*.lockfile"],
  ["Podfile.lock", "Podfile.lock"],
  ["a/App.csproj", "*.csproj"],
  ["gradle/libs.versions.toml", "*.versions.toml"],
  ["build.gradle.kts", "build.gradle.kts"],
])("counts %s as unread", (path, mark) => {
  expect(lockfileFormatOf(path)).toBeUndefined();
  expect(manifestOf(path)).toBe(mark);
});

it.each([
  "package-lock.json.fixture",
  "requirements.txt.bak",
  "Requirements.TXT",
  "cargo.lock",
  "xgo.mod",
  "flutter-deps.json",
  "pylocks.toml",
  "go.sum",
  "README.md",
  "buildXgradle",
])("takes %s for neither", (path) => {
  expect([lockfileFormatOf(path), manifestOf(path)]).toEqual([undefined, undefined]);
});
