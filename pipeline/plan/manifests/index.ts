import { posix } from "node:path";
import type { LockfileFormat } from "../../../schemas/inventory.ts";
import { readCargoLock } from "./cargo-lock.ts";
import { readGoMod } from "./go-mod.ts";
import { readPackageLock } from "./package-lock.ts";
import { readPnpmLock } from "./pnpm-lock.ts";
import { readPoetryLock } from "./poetry-lock.ts";
import type { LockfileReader } from "./reader.ts";
import { readRequirements } from "./requirements.ts";
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
]);

/**
 * The format of the lockfile at a path, by its last part alone; undefined when it is none that we read.
 *
 * A pip requirements file is any name with `requirements` in it that ends in `.txt`, in lower case, as for osv-scanner 2.4.0.
 */
export function lockfileFormatOf(path: string): LockfileFormat | undefined {
  const name = posix.basename(path);
  return LOCKFILES.get(name) ?? (/requirements.*\.txt$/s.test(name) ? "requirements" : undefined);
}

/** Names of files that declare dependencies, or lock them in a format that we don't read; `*` stands for any text. */
const MANIFESTS = [
  // Declarations of the ecosystems that we read.
  ...["package.json", "pnpm-workspace.yaml", "Cargo.toml", "go.work", "pyproject.toml", "setup.py", "setup.cfg"],
  ...["Pipfile", "*requirements*.in", "*constraints*.txt", "environment.yml", "environment.yaml"],
  // Other lockfiles of these ecosystems.
  ...["bun.lock", "bun.lockb", "deno.json", "deno.jsonc", "deno.lock", "Pipfile.lock", "pdm.lock", "pylock.toml"],
  ...["pylock.*.toml", "conda-lock.yml", "pixi.toml", "pixi.lock"],
  // Other ecosystems: JVM, .NET, Ruby, PHP, Elixir, Dart, Swift, C and C++, Haskell, R, Julia, Nix, Terraform.
  ...[
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "*.versions.toml",
    "gradle.lockfile",
    "buildscript-gradle.lockfile",
  ],
  ...[
    "verification-metadata.xml",
    "build.sbt",
    "ivy.xml",
    "project.clj",
    "deps.edn",
    "MODULE.bazel",
    "MODULE.bazel.lock",
  ],
  ...["*.csproj", "*.fsproj", "*.vbproj", "packages.config", "Directory.Packages.props", "packages.lock.json"],
  ...["paket.dependencies", "paket.lock", "Gemfile", "gems.rb", "*.gemspec", "Gemfile.lock", "gems.locked"],
  ...["composer.json", "composer.lock", "mix.exs", "mix.lock", "rebar.config", "rebar.lock", "pubspec.yaml"],
  ...["pubspec.lock", "Package.swift", "Package.resolved", "Podfile", "Podfile.lock", "Cartfile", "Cartfile.resolved"],
  ...["conanfile.txt", "conanfile.py", "conan.lock", "vcpkg.json", "*.cabal", "stack.yaml", "stack.yaml.lock"],
  ...["cabal.project.freeze", "DESCRIPTION", "renv.lock", "Project.toml", "Manifest.toml", "flake.nix", "flake.lock"],
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
