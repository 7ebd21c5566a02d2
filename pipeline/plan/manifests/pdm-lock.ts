import { posix } from "node:path";
import { z } from "zod";
import type { LockedPackage, Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { pypiName } from "./pypi-name.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";
import { parseToml } from "./toml.ts";

const Package = z.object({
  name: z.string().min(1),
  version: z.string().default(""),
  groups: z.array(z.string()).optional(),
  git: z.string().optional(),
  hg: z.string().optional(),
  svn: z.string().optional(),
  bzr: z.string().optional(),
  ref: z.string().optional(),
  revision: z.string().optional(),
  path: z.string().optional(),
  url: z.string().optional(),
});
type Package = z.infer<typeof Package>;

const PdmLock = z.object({
  metadata: z.object({
    lock_version: z.string().regex(/^[2-4](?:\.\d+)*$/, "expected a lock_version of 2, 3 or 4"),
    content_hash: z.string(),
  }),
  package: z.array(Package).default([]),
});

/**
 * Reads `pdm.lock`, lock_version 2 to 4. A package with extras has an entry of its own and is one package; the project is none.
 *
 * `dev` where the only group is PDM's own `dev`; of a group with another name the file doesn't say what it is for.
 * @throws GateError LOCKFILE_INVALID
 */
export function readPdmLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(PdmLock, parseToml(path, text), path, "LOCKFILE_INVALID");
  const own: string[] = [];
  const found: Found = { packages: [], gaps: [], own };
  for (const entry of lock.package) {
    const name = pypiName(entry.name);
    const [origin, source] = originOf(entry);
    if (origin === "path" && posix.normalize(`${source}/`) === "./") {
      own.push(name);
      continue;
    }
    const gap = gapOfOrigin(origin, name, source);
    if (gap !== undefined) found.gaps.push(gap);
    else if (entry.version === "") throw lockfileInvalid(path, `"${name}" without a version`, "one for each package");
    const groups = new Set(entry.groups);
    const dev = groups.size === 1 && groups.has("dev");
    found.packages.push({ name, version: entry.version, ecosystem: "PyPI", dev, origin });
  }
  return lockfileOf(path, "pdm-lock", found);
}

function originOf({ git, hg, svn, bzr, ref, revision, path, url }: Package): [LockedPackage["origin"], string] {
  const repository = git ?? hg ?? svn ?? bzr;
  const commit = revision ?? ref;
  if (repository !== undefined) return ["git", commit === undefined ? repository : `${repository}#${commit}`];
  if (path !== undefined) return ["path", path];
  return url === undefined ? ["registry", ""] : ["url", url];
}
