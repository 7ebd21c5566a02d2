import { z } from "zod";
import type { LockedPackage, Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { closureOf } from "./closure.ts";
import { pypiName } from "./pypi-name.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";
import { parseToml } from "./toml.ts";

const Needs = z.array(z.object({ name: z.string() })).default([]);

const Source = z.union([
  z.object({ registry: z.string() }),
  z.object({ git: z.string() }),
  z.object({ url: z.string() }),
  z.object({ path: z.string() }),
  z.object({ directory: z.string() }),
  z.object({ editable: z.string() }),
  z.object({ virtual: z.string() }),
]);

const Package = z.object({
  name: z.string().min(1),
  version: z.string().default(""),
  source: Source,
  dependencies: Needs,
  "optional-dependencies": z.record(z.string(), Needs).default({}),
  "dev-dependencies": z.record(z.string(), Needs).default({}),
});
type Package = z.infer<typeof Package>;

const UvLock = z.object({
  version: z.literal(1),
  manifest: z.object({ members: z.array(z.string()).default([]) }).optional(),
  package: z.array(Package).default([]),
});

/**
 * Reads `uv.lock`, version 1. The project and workspace members are no packages; `dev` is what only their `dev-dependencies` reach.
 *
 * @throws GateError LOCKFILE_INVALID; also when a package needs one that the file doesn't list (cut off).
 */
export function readUvLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(UvLock, parseToml(path, text), path, "LOCKFILE_INVALID");
  const members = new Set(lock.manifest?.members.map(pypiName));
  const isMember = (entry: Package) => folderOf(entry.source) === "." || members.has(pypiName(entry.name));
  const needs = needsByName(path, lock.package);
  const own = lock.package.filter(isMember);
  const lost = [...members].find((name) => !needs.has(name));
  if (lost !== undefined) throw lockfileInvalid(path, `no package "${lost}"`, "all members of the workspace");
  // Only a workspace without a project of its own has no package for the project, and it has a manifest.
  if (own.length === 0 && lock.manifest === undefined) {
    throw lockfileInvalid(path, "no package for the project", 'one with the source "."');
  }
  const edgesOf = (name: string) => needs.get(name) ?? [];
  const runtime = closureOf(own.flatMap(runtimeNeeds), edgesOf);
  const development = closureOf(own.flatMap(developmentNeeds), edgesOf);

  const found: Found = { packages: [], gaps: [], own: own.map(({ name }) => pypiName(name)) };
  for (const entry of lock.package.filter((each) => !isMember(each))) {
    const name = pypiName(entry.name);
    const [origin, source] = originOf(entry.source);
    const gap = gapOfOrigin(origin, name, source);
    if (gap !== undefined) found.gaps.push(gap);
    else if (entry.version === "") throw lockfileInvalid(path, `"${name}" without a version`, "one for each package");
    const dev = development.has(name) && !runtime.has(name);
    found.packages.push({ name, version: entry.version, ecosystem: "PyPI", dev, origin });
  }
  return lockfileOf(path, "uv-lock", found);
}

/** By name alone: where a file locks several versions of one package, what any of them needs counts for all. */
function needsByName(path: string, packages: readonly Package[]): Map<string, string[]> {
  const needs = new Map<string, string[]>(packages.map(({ name }) => [pypiName(name), []]));
  for (const entry of packages) {
    const names = runtimeNeeds(entry);
    const missing = [...names, ...developmentNeeds(entry)].find((name) => !needs.has(name));
    if (missing !== undefined) throw lockfileInvalid(path, `no package "${missing}"`, `all that "${entry.name}" needs`);
    needs.get(pypiName(entry.name))?.push(...names);
  }
  return needs;
}

function runtimeNeeds(entry: Package): string[] {
  return [entry.dependencies, ...Object.values(entry["optional-dependencies"])]
    .flat()
    .map(({ name }) => pypiName(name));
}

function developmentNeeds(entry: Package): string[] {
  return Object.values(entry["dev-dependencies"]).flatMap((needed) => needed.map(({ name }) => pypiName(name)));
}

function folderOf(source: z.infer<typeof Source>): string | undefined {
  if ("editable" in source) return source.editable;
  if ("virtual" in source) return source.virtual;
  return "directory" in source ? source.directory : undefined;
}

function originOf(source: z.infer<typeof Source>): [LockedPackage["origin"], string] {
  if ("registry" in source) return ["registry", source.registry];
  if ("git" in source) return ["git", source.git];
  if ("url" in source) return ["url", source.url];
  return ["path", "path" in source ? source.path : (folderOf(source) ?? "")];
}
