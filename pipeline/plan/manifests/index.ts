import { posix } from "node:path";
import type { LockfileFormat } from "../../../schemas/inventory.ts";
import { readBunLock } from "./bun-lock.ts";
import { readCabalFreeze } from "./cabal-freeze.ts";
import { readCargoLock } from "./cargo-lock.ts";
import { readComposerLock } from "./composer-lock.ts";
import { readConanLock } from "./conan-lock.ts";
import { readDenoLock } from "./deno-lock.ts";
import { readDepsJson } from "./deps-json.ts";
import { readGemfileLock } from "./gemfile-lock.ts";
import { readGoMod } from "./go-mod.ts";
import { readGradleLock } from "./gradle-lock.ts";
import { readGradleVerification } from "./gradle-verification.ts";
import { readMixLock } from "./mix-lock.ts";
import { readPackageLock } from "./package-lock.ts";
import { readPackagesConfig } from "./packages-config.ts";
import { readPackagesLock } from "./packages-lock.ts";
import { readPdmLock } from "./pdm-lock.ts";
import { readPipfileLock } from "./pipfile-lock.ts";
import { readPnpmLock } from "./pnpm-lock.ts";
import { readPoetryLock } from "./poetry-lock.ts";
import { readPomXml } from "./pom-xml.ts";
import { readPubspecLock } from "./pubspec-lock.ts";
import { readPylock } from "./pylock.ts";
import type { LockfileReader } from "./reader.ts";
import { readRenvLock } from "./renv-lock.ts";
import { readRequirements } from "./requirements.ts";
import { readStackLock } from "./stack-lock.ts";
import { readSwiftResolved } from "./swift-resolved.ts";
import { readUvLock } from "./uv-lock.ts";
import { readYarnLock } from "./yarn-lock.ts";

/** Every lockfile format that we read. */
export const READERS: Readonly<Record<LockfileFormat, LockfileReader>> = {
  "package-lock": readPackageLock,
  "yarn-lock": readYarnLock,
  "pnpm-lock": readPnpmLock,
  "cargo-lock": readCargoLock,
  "go-mod": readGoMod,
  requirements: readRequirements,
  "poetry-lock": readPoetryLock,
  "uv-lock": readUvLock,
  "pipfile-lock": readPipfileLock,
  "pdm-lock": readPdmLock,
  pylock: readPylock,
  "bun-lock": readBunLock,
  "deno-lock": readDenoLock,
  "composer-lock": readComposerLock,
  "gemfile-lock": readGemfileLock,
  "packages-lock": readPackagesLock,
  "packages-config": readPackagesConfig,
  "deps-json": readDepsJson,
  "gradle-lock": readGradleLock,
  "gradle-verification": readGradleVerification,
  "pom-xml": readPomXml,
  "pubspec-lock": readPubspecLock,
  "mix-lock": readMixLock,
  "conan-lock": readConanLock,
  "cabal-freeze": readCabalFreeze,
  "stack-lock": readStackLock,
  "renv-lock": readRenvLock,
  "swift-resolved": readSwiftResolved,
};

const LOCKFILES: ReadonlyMap<string, LockfileFormat> = new Map([
  ["package-lock.json", "package-lock"],
  ["npm-shrinkwrap.json", "package-lock"],
  ["yarn.lock", "yarn-lock"],
  ["pnpm-lock.yaml", "pnpm-lock"],
  ["Cargo.lock", "cargo-lock"],
  ["go.mod", "go-mod"],
  ["poetry.lock", "poetry-lock"],
  ["uv.lock", "uv-lock"],
  ["Pipfile.lock", "pipfile-lock"],
  ["pdm.lock", "pdm-lock"],
  ["pylock.toml", "pylock"],
  ["bun.lock", "bun-lock"],
  ["deno.lock", "deno-lock"],
  ["composer.lock", "composer-lock"],
  ["Gemfile.lock", "gemfile-lock"],
  ["gems.locked", "gemfile-lock"],
  ["packages.lock.json", "packages-lock"],
  ["packages.config", "packages-config"],
  ["gradle.lockfile", "gradle-lock"],
  ["buildscript-gradle.lockfile", "gradle-lock"],
  ["verification-metadata.xml", "gradle-verification"],
  ["pom.xml", "pom-xml"],
  ["pubspec.lock", "pubspec-lock"],
  ["mix.lock", "mix-lock"],
  ["conan.lock", "conan-lock"],
  ["cabal.project.freeze", "cabal-freeze"],
  ["stack.yaml.lock", "stack-lock"],
  ["renv.lock", "renv-lock"],
  ["Package.resolved", "swift-resolved"],
]);

const PATTERNS: readonly (readonly [RegExp, LockfileFormat])[] = [
  [/requirements.*\.txt$/s, "requirements"],
  [/^pylock\..*\.toml$/s, "pylock"],
  [/\.deps\.json$/s, "deps-json"],
];

/**
 * The format of the lockfile at a path, by its last part alone; undefined when it is none that we read.
 *
 * A pip requirements file is any name with `requirements` in it that ends in `.txt`, in lower case, as for osv-scanner 2.4.0.
 */
export function lockfileFormatOf(path: string): LockfileFormat | undefined {
  const name = posix.basename(path);
  return LOCKFILES.get(name) ?? PATTERNS.find(([pattern]) => pattern.test(name))?.[1];
}

/** Names of files that declare dependencies, or lock them in a format that we don't read; `*` stands for any text. */
export const MANIFESTS = [
  // Declarations of the ecosystems that we read.
  ...["package.json", "pnpm-workspace.yaml", "Cargo.toml", "go.work", "pyproject.toml", "setup.py", "setup.cfg"],
  ...["Pipfile", "*requirements*.in", "*constraints*.txt", "environment.yml", "environment.yaml"],
  // Other lockfiles of these ecosystems.
  ...["bun.lockb", "deno.json", "deno.jsonc"],
  ...["conda-lock.yml", "pixi.toml", "pixi.lock"],
  // Other ecosystems: JVM, .NET, Ruby, PHP, Elixir, Dart, Swift, C and C++, Haskell, R, Julia, Nix, Terraform.
  ...["build.gradle", "build.gradle.kts", "*.versions.toml", "*.lockfile"],
  ...["build.sbt", "ivy.xml", "project.clj", "deps.edn", "MODULE.bazel", "MODULE.bazel.lock"],
  ...["*.csproj", "*.fsproj", "*.vbproj", "Directory.Packages.props"],
  ...["paket.dependencies", "paket.lock", "Gemfile", "gems.rb", "*.gemspec"],
  ...["composer.json", "mix.exs", "rebar.config", "rebar.lock", "pubspec.yaml"],
  ...["Package.swift", "Podfile", "Podfile.lock", "Cartfile", "Cartfile.resolved"],
  ...["conanfile.txt", "conanfile.py", "vcpkg.json", "*.cabal", "stack.yaml"],
  ...["DESCRIPTION", "Project.toml", "Manifest.toml", "flake.nix", "flake.lock"],
  ...[".terraform.lock.hcl", "Chart.yaml", "Chart.lock"],
] as const;

const MANIFEST_PATTERNS = MANIFESTS.map((name) => [name, patternOf(name)] as const);

/**
 * The entry of our list that a file's name fits, so that what it declares is counted as unread; undefined for any other file,
 * and for a lockfile that we read. Text files in a folder `requirements` count as `requirements/*.txt`.
 */
export function manifestOf(path: string): string | undefined {
  if (lockfileFormatOf(path) !== undefined) return undefined;
  const name = posix.basename(path);
  const known = MANIFEST_PATTERNS.find(([, pattern]) => pattern.test(name));
  if (known !== undefined) return known[0];
  return /(?:^|\/)requirements\/[^/]+\.txt$/.test(path) ? "requirements/*.txt" : undefined;
}

function patternOf(name: string): RegExp {
  const parts = name.split("*").map((part) => part.replace(/[.+]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
