import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { versionOfArchive } from "../../findings/package-key.ts";
import { placesOf } from "./bun-key.ts";
import { closureOf } from "./closure.ts";
import { parseJson } from "./json.ts";
import { jsonOfJsonc } from "./jsonc.ts";
import { originOfSpec, splitDescriptor } from "./npm-spec.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

const MAX_DEPTH = 64;

const Specs = z.record(z.string(), z.string()).default({});

const Needs = z.object({ dependencies: Specs, optionalDependencies: Specs, peerDependencies: Specs });
type Needs = z.infer<typeof Needs>;

const Workspace = Needs.extend({ name: z.string().optional(), devDependencies: Specs });

/** `name@version` or `name@source`, then by kind of source: its registry, what it needs, a checksum. */
const Entry = z.tuple([z.string()], z.unknown());

const BunLock = z.object({
  lockfileVersion: z.literal([0, 1]),
  workspaces: z.record(z.string(), Workspace),
  packages: z.record(z.string(), Entry).default({}),
});
type BunLock = z.infer<typeof BunLock>;

/**
 * Reads `bun.lock`, lockfileVersion 0 and 1. The project and members of the workspace are no packages; an alias counts under its real name;
 * `dev` is what only `devDependencies` reach. Where Bun took a `yarn.lock` over, it states a registry's archive instead of the version.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readBunLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(BunLock, parseJson(path, jsonOfJsonc(text), MAX_DEPTH), path, "LOCKFILE_INVALID");
  const entries = Object.entries(lock.packages);
  const needs = new Map(entries.map(([key, [, ...rest]]) => [key, needsOf(path, key, rest)]));
  const development = developmentOnly(lock, needs);
  const members = Object.values(lock.workspaces);
  const asked = new Set([...members, ...needs.values()].flatMap((each) => Object.values(allSpecs(each))));
  const own: string[] = [];
  const found: Found = { packages: [], gaps: [], own };
  for (const [key, [written]] of entries) {
    const { name, range: source } = splitDescriptor(written);
    if (/^(?:workspace|root):/.test(source)) {
      own.push(name);
      continue;
    }
    const archived = asked.has(source) ? undefined : versionOfArchive(name, source);
    const origin = archived === undefined ? originOfSpec(source) : "registry";
    const version = origin === "registry" ? (archived ?? source) : "";
    if (name === "" || (origin === "registry" && !/^\d/.test(version))) {
      throw lockfileInvalid(path, `"${written}" at "${key}"`, "<name>@<version>");
    }
    const gap = gapOfOrigin(origin, name, source);
    if (gap !== undefined) found.gaps.push(gap);
    found.packages.push({ name, version, ecosystem: "npm", dev: development.has(key), origin });
  }
  return lockfileOf(path, "bun-lock", found);
}

/** Which part of the entry states its needs depends on the kind of source. */
function needsOf(path: string, key: string, parts: readonly unknown[]): Needs {
  const stated = parts.find((part) => typeof part === "object" && part !== null && !Array.isArray(part)) ?? {};
  return readValue(Needs, stated, `${path}: package "${key}"`, "LOCKFILE_INVALID");
}

function allSpecs(member: Needs & { readonly devDependencies?: Needs["dependencies"] }): Needs["dependencies"] {
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = member;
  return { ...devDependencies, ...peerDependencies, ...optionalDependencies, ...dependencies };
}

/** Keys of the entries that only `devDependencies` of the workspace reach. */
function developmentOnly(lock: BunLock, needs: ReadonlyMap<string, Needs>): ReadonlySet<string> {
  const resolve = (key: string, specs: Needs["dependencies"]) =>
    Object.keys(specs).flatMap((name) => placesOf(key, name).find((place) => needs.has(place)) ?? []);
  const edges = new Map([...needs].map(([key, stated]) => [key, resolve(key, allSpecs(stated))]));
  const edgesOf = (key: string) => edges.get(key) ?? [];
  const members = Object.values(lock.workspaces);
  const runtime = closureOf(
    members.flatMap((member) => resolve(member.name ?? "", allSpecs({ ...member, devDependencies: {} }))),
    edgesOf,
  );
  const development = closureOf(
    members.flatMap((member) => resolve(member.name ?? "", member.devDependencies)),
    edgesOf,
  );
  return new Set([...development].filter((key) => !runtime.has(key)));
}
