import { posix } from "node:path";
import { z } from "zod";
import type { LockedPackage, Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { closureOf } from "./closure.ts";
import { originOfSpec } from "./npm-spec.ts";
import { keyOfReference, nameAndVersionOfKey } from "./pnpm-key.ts";
import {
  type Found,
  gapOfOrigin,
  type LockfileInput,
  lockfileInvalid,
  lockfileOf,
  withoutCredentials,
} from "./reader.ts";
import { parseYaml } from "./yaml.ts";

const References = z
  .record(z.string(), z.union([z.string(), z.object({ version: z.string() }).transform(({ version }) => version)]))
  .default({});

const Importer = z.object({
  dependencies: References,
  devDependencies: References,
  optionalDependencies: References,
  configDependencies: References,
  packageManagerDependencies: References,
});

const Needs = z.object({ dependencies: References, optionalDependencies: References });

const PackageEntry = Needs.extend({
  name: z.string().optional(),
  version: z.string().optional(),
  dev: z.enum(["true", "false"]).optional(),
  resolution: z.object({
    tarball: z.string().optional(),
    repo: z.string().optional(),
    directory: z.string().optional(),
  }),
});
type PackageEntry = z.infer<typeof PackageEntry>;

/** One project has its dependencies at the top up to version 6; several have `importers`. */
const PnpmLock = Importer.extend({
  lockfileVersion: z.string().regex(/^(?:5\.\d|6\.\d|9\.0)$/, "expected a lockfileVersion of 5.x, 6.x or 9.0"),
  importers: z.record(z.string(), Importer).optional(),
  packages: z.record(z.string(), PackageEntry).default({}),
  snapshots: z.record(z.string(), Needs).optional(),
});
type PnpmLock = z.infer<typeof PnpmLock>;

/**
 * Reads `pnpm-lock.yaml`, lockfileVersion 5.x, 6.x and 9.0, all documents of it: pnpm 11 and later puts its own tools into a first one.
 *
 * Workspace members are no packages. In 9.0 `dev` is what only `devDependencies` reach.
 * @throws GateError LOCKFILE_INVALID; also when a package needs one that the file doesn't list (cut off).
 */
export function readPnpmLock({ path, text }: LockfileInput): Lockfile {
  const found: Found = { packages: [], gaps: [] };
  for (const document of parseYaml(path, text)) {
    addDocument(path, readValue(PnpmLock, document, path, "LOCKFILE_INVALID"), found);
  }
  return lockfileOf(path, "pnpm-lock", found);
}

/** One document that is being read. */
interface Reading {
  readonly path: string;
  readonly lock: PnpmLock;
  /** Folders of the workspace. */
  readonly members: ReadonlySet<string>;
  readonly found: Found;
}

function addDocument(path: string, lock: PnpmLock, found: Found): void {
  if (lock.lockfileVersion === "9.0" && lock.importers === undefined) {
    throw lockfileInvalid(path, "a document that breaks off", 'the key "importers"');
  }
  const importers = Object.entries(lock.importers ?? { ".": lock });
  const reading = { path, lock, found, members: new Set(importers.map(([place]) => posix.normalize(place))) };
  const roots = { runtime: new Set<string>(), development: new Set<string>() };
  for (const [place, importer] of importers) {
    const runtime = [importer.dependencies, importer.optionalDependencies, importer.configDependencies];
    for (const key of keysOf(lock, ...runtime, importer.packageManagerDependencies)) roots.runtime.add(key);
    for (const key of keysOf(lock, importer.devDependencies)) roots.development.add(key);
    for (const references of [...runtime, importer.devDependencies]) addLinks(reading, place, references);
  }
  const needs = needsByKey(reading, [...roots.runtime, ...roots.development]);
  const edgesOf = (key: string) => needs.get(key) ?? [];
  const runtime = packageKeys(closureOf(roots.runtime, edgesOf));
  const development = packageKeys(closureOf(roots.development, edgesOf));
  for (const [key, entry] of Object.entries(lock.packages)) {
    const devByReach = lock.snapshots !== undefined && development.has(key) && !runtime.has(key);
    addPackage(reading, key, entry, entry.dev === "true" || devByReach);
  }
}

/** Which entry needs which; every one that is needed must be there, or the file is cut off. */
function needsByKey({ path, lock }: Reading, roots: readonly string[]): Map<string, string[]> {
  const nodes: [string, z.infer<typeof Needs>][] = Object.entries(lock.snapshots ?? lock.packages);
  const needs = new Map(nodes.map(([key, node]) => [key, keysOf(lock, node.dependencies, node.optionalDependencies)]));
  for (const [by, keys] of [["the project", roots] as const, ...needs]) {
    const missing = keys.find((key) => !needs.has(key));
    if (missing !== undefined) throw lockfileInvalid(path, `no package "${missing}"`, `all that "${by}" needs`);
  }
  const listed = lock.snapshots === undefined ? [] : packageKeys(needs.keys());
  for (const key of listed) {
    if (!Object.hasOwn(lock.packages, key)) throw lockfileInvalid(path, `no package "${key}"`, "one for each snapshot");
  }
  return needs;
}

function addPackage({ path, lock, members, found }: Reading, key: string, entry: PackageEntry, dev: boolean): void {
  const { tarball, repo, directory } = entry.resolution;
  if (directory !== undefined && members.has(posix.normalize(directory))) return;
  const parts = nameAndVersionOfKey(key, lock.lockfileVersion);
  const name = entry.name ?? parts.name;
  const version = entry.version ?? parts.version ?? "";
  const source = repo ?? directory ?? tarball ?? key;
  const origin = originOf(entry, parts.version !== undefined, source);
  const gap = gapOfOrigin(origin, name ?? withoutCredentials(key), source);
  if (gap !== undefined) found.gaps.push(gap);
  else if (name === undefined || version === "") {
    throw lockfileInvalid(path, `a package without name or version at "${key}"`, "<name>@<version>");
  }
  if (name !== undefined) found.packages.push({ name, version, ecosystem: "npm", dev, origin });
}

function originOf({ resolution }: PackageEntry, versioned: boolean, source: string): LockedPackage["origin"] {
  if (resolution.repo !== undefined) return "git";
  if (resolution.directory !== undefined) return "path";
  return versioned ? "registry" : originOfSpec(source);
}

function addLinks({ members, found }: Reading, place: string, references: z.infer<typeof References>): void {
  for (const [name, reference] of Object.entries(references)) {
    if (!reference.startsWith("link:")) continue;
    const target = posix.normalize(posix.join(place, reference.slice("link:".length)));
    if (!members.has(target)) found.gaps.push({ code: "path-dependency", name, detail: reference });
  }
}

function keysOf(lock: PnpmLock, ...references: z.infer<typeof References>[]): string[] {
  return references
    .flatMap((each) => Object.entries(each))
    .map(([name, reference]) => keyOfReference(reference, name, lock.lockfileVersion))
    .filter((key) => key !== undefined);
}

/** Without the peers in brackets: what `packages` of 9.0 calls it. */
function packageKeys(keys: Iterable<string>): Set<string> {
  return new Set([...keys].map((key) => key.replace(/\(.*$/, "")));
}
