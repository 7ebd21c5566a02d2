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
  ["Pipfile.lock", "Pipfile.lock"],
  ["pdm.lock", "pdm.lock"],
  ["bun.lock", "bun.lock"],
  ["Gemfile.lock", "Gemfile.lock"],
  ["composer.lock", "composer.lock"],
  ["mix.lock", "mix.lock"],
  ["pubspec.lock", "pubspec.lock"],
  ["gradle.lockfile", "gradle.lockfile"],
  ["packages.lock.json", "packages.lock.json"],
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
  "go.sum",
  "README.md",
  "buildXgradle",
])("takes %s for neither", (path) => {
  expect([lockfileFormatOf(path), manifestOf(path)]).toEqual([undefined, undefined]);
});
