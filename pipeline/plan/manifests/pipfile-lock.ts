import { posix } from "node:path";
import { z } from "zod";
import type { LockedPackage, Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "./json.ts";
import { pypiName } from "./pypi-name.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileOf } from "./reader.ts";

const MAX_DEPTH = 64;

const Entry = z.object({
  version: z.string().default(""),
  git: z.string().optional(),
  hg: z.string().optional(),
  svn: z.string().optional(),
  bzr: z.string().optional(),
  ref: z.string().default(""),
  path: z.string().optional(),
  file: z.string().optional(),
});
type Entry = z.infer<typeof Entry>;

/** Beside `default` and `develop` there is one list for each category of the project's own. */
const PipfileLock = z
  .object({ _meta: z.object({ "pipfile-spec": z.literal(6) }) })
  .catchall(z.record(z.string().min(1), Entry));

/**
 * Reads `Pipfile.lock` (pipfile-spec 6), all categories; `develop` is what only development needs. The project itself is no package.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readPipfileLock({ path, text }: LockfileInput): Lockfile {
  const { _meta, ...categories } = readValue(PipfileLock, parseJson(path, text, MAX_DEPTH), path, "LOCKFILE_INVALID");
  const found = { packages: [], gaps: [], own: [] };
  for (const [category, entries] of Object.entries(categories)) {
    for (const [name, entry] of Object.entries(entries)) add(found, pypiName(name), entry, category === "develop");
  }
  return lockfileOf(path, "pipfile-lock", found);
}

function add(found: Required<Found>, name: string, entry: Entry, dev: boolean): void {
  const [origin, source] = originOf(entry);
  if (origin === "path" && posix.normalize(`${source}/`) === "./") {
    found.own.push(name);
    return;
  }
  const version = /^===?\s*([^\s=*]+)$/.exec(entry.version)?.[1] ?? "";
  const gap = gapOfOrigin(origin, name, source);
  if (gap !== undefined) found.gaps.push(gap);
  else if (entry.version === "") found.gaps.push({ code: "unpinned", name, detail: "the lockfile states no version" });
  else if (version === "") found.gaps.push({ code: "unresolved-range", name, detail: entry.version });
  found.packages.push({ name, version, ecosystem: "PyPI", dev, origin });
}

function originOf({ git, hg, svn, bzr, ref, path, file }: Entry): [LockedPackage["origin"], string] {
  const repository = git ?? hg ?? svn ?? bzr;
  if (repository !== undefined) return ["git", ref === "" ? repository : `${repository}#${ref}`];
  if (path !== undefined) return ["path", path];
  if (file === undefined) return ["registry", ""];
  return [/^[a-z]+:\/\//i.test(file) && !file.startsWith("file:") ? "url" : "path", file];
}
