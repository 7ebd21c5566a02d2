import { z } from "zod";
import type { LockedPackage, Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "./json.ts";
import { aliasOf, originOfSpec } from "./npm-spec.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

// Version 1 nests `dependencies` as deep as the tree is.
const MAX_DEPTH = 512;

const Specs = z.record(z.string(), z.string()).optional();

const PackageEntry = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  dev: z.boolean().optional(),
  license: z.unknown().optional(),
  dependencies: Specs,
  devDependencies: Specs,
  optionalDependencies: Specs,
});
type PackageEntry = z.infer<typeof PackageEntry>;

const DependencyEntry = z.object({
  version: z.string().default(""),
  dev: z.boolean().optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
});

const PackageLock = z.discriminatedUnion("lockfileVersion", [
  z.object({ lockfileVersion: z.literal(1), dependencies: z.record(z.string(), z.unknown()).optional() }),
  z.object({ lockfileVersion: z.literal([2, 3]), packages: z.record(z.string(), PackageEntry) }),
]);

/**
 * Reads `package-lock.json` and `npm-shrinkwrap.json`, lockfileVersion 1, 2, 3.
 *
 * Links, the root project and workspace members are no packages; an alias counts under its real name.
 * @throws GateError LOCKFILE_INVALID
 */
export function readPackageLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(PackageLock, parseJson(path, text, MAX_DEPTH), path, "LOCKFILE_INVALID");
  const found = lock.lockfileVersion === 1 ? ofTree(path, lock.dependencies ?? {}) : ofPackages(path, lock.packages);
  return lockfileOf(path, "package-lock", found);
}

function ofPackages(path: string, packages: Readonly<Record<string, PackageEntry>>): Found {
  const own: string[] = [];
  const found: Found = { packages: [], gaps: [], own };
  const entries = Object.entries(packages);
  // A registry's archive and an archive from anywhere look the same in `resolved`; who asked for it by URL says which.
  const specs = new Set(entries.flatMap(([, entry]) => specsOf(entry).map(([, spec]) => spec)));
  for (const [place, entry] of entries) {
    const inModules = place.lastIndexOf("node_modules/");
    if (inModules < 0) {
      own.push(...[place, entry.name ?? place.slice(place.lastIndexOf("/") + 1)].filter((name) => name !== ""));
      for (const [name, spec] of specsOf(entry)) {
        if (originOfSpec(spec) === "path") found.gaps.push({ code: "path-dependency", name, detail: spec });
      }
    } else if (entry.link === true) {
      own.push(place.slice(inModules + "node_modules/".length));
    } else {
      const name = entry.name ?? place.slice(inModules + "node_modules/".length);
      if (name === "") throw lockfileInvalid(path, `a package without a name at "${place}"`, "node_modules/<name>");
      const resolved = entry.resolved ?? "";
      const origin = originOfSpec(resolved);
      add(found, {
        name,
        version: entry.version ?? "",
        dev: entry.dev ?? false,
        origin: origin === "url" && !specs.has(resolved) ? "registry" : origin,
        source: resolved,
        license: entry.license,
      });
    }
  }
  return found;
}

function ofTree(path: string, dependencies: Readonly<Record<string, unknown>>): Found {
  const found: Found = { packages: [], gaps: [] };
  const open = Object.entries(dependencies);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [name, value] = next;
    const entry = readValue(DependencyEntry, value, `${path}: dependency "${name}"`, "LOCKFILE_INVALID");
    open.push(...Object.entries(entry.dependencies ?? {}));
    const alias = aliasOf(entry.version);
    const origin = alias === undefined ? originOfSpec(entry.version) : "registry";
    if (origin === "path" && !/\.(?:tgz|tar|tar\.gz)$/.test(entry.version)) {
      // A folder: a workspace member or a dependency by path, which this version doesn't tell apart.
      found.gaps.push({ code: "path-dependency", name, detail: entry.version });
      continue;
    }
    add(found, {
      name: alias?.name ?? name,
      version: origin === "registry" ? (alias?.range ?? entry.version) : "",
      dev: entry.dev ?? false,
      origin,
      source: entry.version,
    });
  }
  return found;
}

interface Place extends Pick<LockedPackage, "name" | "version" | "dev" | "origin"> {
  readonly source: string;
  readonly license?: unknown;
}

function add(found: Found, { source, license, ...place }: Place): void {
  const gap = gapOfOrigin(place.origin, place.name, source);
  if (gap !== undefined) found.gaps.push(gap);
  else if (place.version === "") {
    found.gaps.push({ code: "unpinned", name: place.name, detail: "the lockfile states no version" });
  }
  found.packages.push({ ...place, ecosystem: "npm", ...(typeof license === "string" ? { license } : {}) });
}

function specsOf(entry: PackageEntry): [string, string][] {
  return [entry.dependencies, entry.devDependencies, entry.optionalDependencies].flatMap((specs) =>
    Object.entries(specs ?? {}),
  );
}
