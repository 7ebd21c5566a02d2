import { z } from "zod";
import type { LockedPackage, Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "./json.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileOf } from "./reader.ts";

const MAX_DEPTH = 64;

const Package = z.object({
  Package: z.string().min(1),
  Version: z.string().min(1),
  Source: z.string().optional(),
  Repository: z.string().optional(),
  RemoteType: z.string().optional(),
  RemoteUrl: z.string().optional(),
  RemoteHost: z.string().optional(),
  RemoteUsername: z.string().optional(),
  RemoteRepo: z.string().optional(),
  RemoteSha: z.string().optional(),
});
type Package = z.infer<typeof Package>;

const RenvLock = z.object({ R: z.object({ Version: z.string() }), Packages: z.record(z.string(), Package) });

/** R's own words for a place that holds a repository of version control. */
const VERSION_CONTROL = /^(?:github|gitlab|bitbucket|git|git2r|xgit|svn)$/i;

/**
 * Reads `renv.lock`. Packages of CRAN and its mirrors can be looked up by version; those of Bioconductor, and those whose source
 * the file doesn't name, have a gap.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readRenvLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(RenvLock, parseJson(path, text, MAX_DEPTH), path, "LOCKFILE_INVALID");
  const found: Found = { packages: [], gaps: [] };
  for (const entry of Object.values(lock.Packages)) {
    const [origin, source] = originOf(entry);
    const gap = gapOfOrigin(origin, entry.Package, source);
    if (gap !== undefined) found.gaps.push(gap);
    found.packages.push({ name: entry.Package, version: entry.Version, ecosystem: "CRAN", dev: false, origin });
  }
  return lockfileOf(path, "renv-lock", found);
}

function originOf(entry: Package): [LockedPackage["origin"], string] {
  const { Source = "", Repository = "", RemoteType = "" } = entry;
  if (VERSION_CONTROL.test(Source) || VERSION_CONTROL.test(RemoteType)) return ["git", remoteOf(entry)];
  if (/^(?:local|cellar)$/i.test(Source)) return ["path", entry.RemoteUrl ?? Source];
  if (/bioconductor|bioc/i.test(`${Source} ${Repository}`)) return ["url", `Bioconductor ${entry.Version}`];
  if (Repository !== "") return ["registry", Repository];
  return ["url", entry.RemoteUrl ?? (Source === "Repository" || Source === "" ? "no source stated" : Source)];
}

function remoteOf(entry: Package): string {
  const { RemoteUrl, RemoteHost, RemoteUsername, RemoteRepo, RemoteSha } = entry;
  const place = RemoteUrl ?? [RemoteHost, RemoteUsername, RemoteRepo].filter((part) => part !== undefined).join("/");
  return RemoteSha === undefined ? place : `${place}#${RemoteSha}`;
}
