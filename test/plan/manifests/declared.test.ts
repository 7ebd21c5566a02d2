import { describe, expect, it } from "vitest";
import { declaresDependencies } from "../../../pipeline/plan/manifests/declared.ts";

describe("declaresDependencies", () => {
  it.each([
    ["package.json", '{"name": "a", "devDependencies": {"b": "1"}}'],
    ["package.json", '{"peerDependencies": {"b": "1"}}'],
    ["Cargo.toml", '[dependencies]\na = "1"\n'],
    ["Cargo.toml", '[build-dependencies]\na = "1"\n'],
    ["Cargo.toml", "[target.'cfg(unix)'.dev-dependencies]\na = '1'\n"],
    ["Cargo.toml", '[workspace.dependencies]\na = "1"\n'],
    ["pyproject.toml", '[project]\ndependencies = ["a"]\n'],
    ["pyproject.toml", '[project.optional-dependencies]\nx = ["a"]\n'],
    ["pyproject.toml", '[dependency-groups]\nx = ["a"]\n'],
    ["pyproject.toml", '[tool.poetry.dependencies]\npython = "^3"\na = "1"\n'],
    ["pyproject.toml", '[tool.poetry.group.x.dependencies]\na = "1"\n'],
    ["pyproject.toml", '[tool.poetry.dev-dependencies]\na = "1"\n'],
    ["pyproject.toml", '[tool.pdm.dev-dependencies]\nx = ["a"]\n'],
    ["pyproject.toml", '[tool.uv]\ndev-dependencies = ["a"]\n'],
    ["pyproject.toml", '[project]\ndynamic = ["dependencies"]\ndependencies = ["a"]\n'],
  ])("says yes of %s: %j", (manifest, text) => {
    expect(declaresDependencies(manifest, text)).toBe(true);
  });

  it.each([
    ["package.json", '{"name": "a", "dependencies": {}, "scripts": {"b": "1"}}'],
    ["package.json", '\uFEFF{"workspaces": ["a"]}'],
    ["Cargo.toml", '[package]\nname = "a"\n[dependencies]\n'],
    ["Cargo.toml", '[workspace]\nmembers = ["a"]\n'],
    ["pyproject.toml", "[tool.black]\nline-length = 100\n"],
    ["pyproject.toml", '[build-system]\nrequires = ["b"]\n[project]\nname = "a"\ndynamic = ["version"]\n'],
    ["pyproject.toml", '[dependency-groups]\nx = []\n[tool.poetry.dependencies]\npython = "^3"\n'],
  ])("says no of %s: %j", (manifest, text) => {
    expect(declaresDependencies(manifest, text)).toBe(false);
  });

  it.each([
    ["pyproject.toml", '[project]\ndynamic = ["version", "optional-dependencies"]\n'],
    ["package.json", "{"],
    ["package.json", '{"dependencies": ["a"]}'],
    ["package.json", '{"dependencies": {}, "dependencies": {"a": "1"}}'],
    ["Cargo.toml", "["],
    ["Cargo.toml", ""],
    ["build.gradle", "dependencies {}"],
    ["constructor", "{}"],
  ])("can't tell of %s: %j", (manifest, text) => {
    expect(declaresDependencies(manifest, text)).toBeUndefined();
  });
});
