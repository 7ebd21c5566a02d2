import { posix } from "node:path";
import type { Inventory } from "../../schemas/inventory.ts";
import { isInstalled } from "./installed.ts";

/** A file that declares dependencies without a lockfile that says which versions they are. */
export interface UnlockedManifest {
  readonly path: string;
  /** Its entry in the list of manifests. */
  readonly manifest: string;
  /** Names of lockfiles, any of which would do, in its folder or above; none where its ecosystem knows no lockfile. */
  readonly expected: readonly string[];
}

/**
 * Manifests without a lockfile of their ecosystem in the same folder or any folder above (a workspace has one for all), by names
 * alone; sorted as the inventory is. Those in installed dependencies are left out.
 */
export function unlockedManifests(inventory: Inventory): UnlockedManifest[] {
  const installed = isInstalled(inventory);
  const paths = new Set(inventory.files.map(({ path }) => path).filter((path) => !installed(path)));
  return inventory.files.flatMap(({ path, manifest }) => {
    if (manifest === undefined || !paths.has(path)) return [];
    const expected = lockfilesOf(manifest, posix.basename(path));
    const isLocked = foldersOf(path).some((folder) => expected?.some((name) => paths.has(posix.join(folder, name))));
    return expected === undefined || isLocked ? [] : [{ path, manifest, expected }];
  });
}

const NPM = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"];
const PYTHON = ["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock", "requirements.txt"];
const GRADLE = ["gradle.lockfile", "gradle/verification-metadata.xml"];
const DOTNET = ["packages.lock.json", "packages.config", "paket.lock"];
const RUBY = ["Gemfile.lock", "gems.locked"];
const HASKELL = ["stack.yaml.lock", "cabal.project.freeze"];

/** By the entry in the list of manifests. */
const LOCKFILES: ReadonlyMap<string, readonly string[]> = new Map([
  ["package.json", [...NPM, "deno.lock"]],
  ["deno.json", ["deno.lock"]],
  ["deno.jsonc", ["deno.lock"]],
  ["Cargo.toml", ["Cargo.lock"]],
  ["pyproject.toml", [...PYTHON, "pixi.lock"]],
  ["setup.py", PYTHON],
  ["setup.cfg", PYTHON],
  ["Pipfile", ["Pipfile.lock"]],
  // Read by nobody: neither our reader of requirements nor osv-scanner takes these names.
  ["requirements/*.txt", []],
  ["environment.yml", ["conda-lock.yml"]],
  ["environment.yaml", ["conda-lock.yml"]],
  ["pixi.toml", ["pixi.lock"]],
  ["build.gradle", GRADLE],
  ["build.gradle.kts", GRADLE],
  ["build.sbt", []],
  ["ivy.xml", []],
  ["project.clj", []],
  ["deps.edn", []],
  ["MODULE.bazel", ["MODULE.bazel.lock"]],
  ["*.csproj", DOTNET],
  ["*.fsproj", DOTNET],
  ["*.vbproj", DOTNET],
  ["paket.dependencies", ["paket.lock"]],
  ["Gemfile", RUBY],
  ["gems.rb", RUBY],
  ["*.gemspec", RUBY],
  ["composer.json", ["composer.lock"]],
  ["mix.exs", ["mix.lock"]],
  ["rebar.config", ["rebar.lock"]],
  ["pubspec.yaml", ["pubspec.lock"]],
  ["Package.swift", ["Package.resolved"]],
  ["Podfile", ["Podfile.lock"]],
  ["Cartfile", ["Cartfile.resolved"]],
  ["conanfile.txt", ["conan.lock"]],
  ["conanfile.py", ["conan.lock"]],
  ["vcpkg.json", []],
  ["*.cabal", HASKELL],
  ["stack.yaml", ["stack.yaml.lock"]],
  ["DESCRIPTION", ["renv.lock"]],
  ["Project.toml", ["Manifest.toml"]],
  ["flake.nix", ["flake.lock"]],
  ["Chart.yaml", ["Chart.lock"]],
]);

/**
 * Undefined for what needs none: lockfiles themselves, and lists of versions that another manifest beside it asks for
 * (`pnpm-workspace.yaml`, `go.work`, `*.versions.toml`, `Directory.Packages.props`, `*constraints*.txt`).
 */
function lockfilesOf(manifest: string, name: string): readonly string[] | undefined {
  // What pip-compile writes has the name of what it was made from.
  return manifest === "*requirements*.in" ? [name.replace(/\.in$/, ".txt")] : LOCKFILES.get(manifest);
}

/** The folder of a file and all above it; the root is ".". */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder)) folders.push(folder);
  return [...folders, "."];
}
