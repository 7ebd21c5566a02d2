import { posix } from "node:path";
import { z } from "zod";
import type { LockedPackage, Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { pypiName } from "./pypi-name.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";
import { parseToml } from "./toml.ts";

const Place = z.object({ url: z.string().optional(), path: z.string().optional() });

const Package = z.object({
  name: z.string().min(1),
  version: z.string().optional(),
  vcs: Place.extend({ "commit-id": z.string() }).optional(),
  directory: z.object({ path: z.string() }).optional(),
  archive: Place.optional(),
  sdist: z.object({}).optional(),
  wheels: z.array(z.object({})).optional(),
});
type Package = z.infer<typeof Package>;

const Pylock = z.object({
  "lock-version": z.string().regex(/^1\.\d+$/, "expected a lock-version of 1.x"),
  "created-by": z.string(),
  packages: z.array(Package),
});

/**
 * Reads `pylock.toml` (PEP 751), lock-version 1.x. The project itself is no package.
 *
 * @throws GateError LOCKFILE_INVALID; also for a package that comes from nowhere
 */
export function readPylock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(Pylock, parseToml(path, text), path, "LOCKFILE_INVALID");
  const own: string[] = [];
  const found: Found = { packages: [], gaps: [], own };
  for (const entry of lock.packages) {
    const name = pypiName(entry.name);
    const [origin, source] = originOf(path, entry);
    if (origin === "path" && posix.normalize(`${source}/`) === "./") {
      own.push(name);
      continue;
    }
    const gap = gapOfOrigin(origin, name, source);
    if (gap !== undefined) found.gaps.push(gap);
    else if (entry.version === undefined) {
      found.gaps.push({ code: "unpinned", name, detail: "the lockfile states no version" });
    }
    found.packages.push({ name, version: entry.version ?? "", ecosystem: "PyPI", dev: false, origin });
  }
  return lockfileOf(path, "pylock", found);
}

function originOf(place: string, entry: Package): [LockedPackage["origin"], string] {
  const { name, vcs, directory, archive, sdist, wheels } = entry;
  if (vcs !== undefined) return ["git", `${vcs.url ?? vcs.path ?? ""}#${vcs["commit-id"]}`];
  if (directory !== undefined) return ["path", directory.path];
  if (archive?.url !== undefined) return ["url", archive.url];
  if (archive !== undefined) return ["path", archive.path ?? ""];
  if (sdist !== undefined || wheels !== undefined) return ["registry", ""];
  throw lockfileInvalid(place, `"${name}" from nowhere`, "vcs, directory, archive, sdist or wheels");
}
