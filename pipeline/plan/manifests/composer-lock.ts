import { z } from "zod";
import type { LockedPackage, Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "./json.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileOf } from "./reader.ts";

const MAX_DEPTH = 256;

const Place = z.object({
  type: z.string(),
  url: z.string().default(""),
  reference: z.string().nullish(),
});

const Package = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  source: Place.nullish(),
  dist: Place.nullish(),
  license: z.union([z.array(z.string()), z.string().transform((license) => [license])]).default([]),
});
type Package = z.infer<typeof Package>;

const ComposerLock = z.object({
  packages: z.array(Package),
  // Null where Composer 1 was told to leave development out.
  "packages-dev": z.array(Package).nullish(),
});

/**
 * Reads `composer.lock` of Composer 1 and 2; `packages-dev` is what only development needs.
 *
 * A branch (`dev-main`, `2.x-dev`) is no version that an advisory could name: it counts as git. Several licences mean any of them.
 * @throws GateError LOCKFILE_INVALID
 */
export function readComposerLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(ComposerLock, parseJson(path, text, MAX_DEPTH), path, "LOCKFILE_INVALID");
  const found: Found = { packages: [], gaps: [] };
  for (const entry of lock.packages) add(found, entry, false);
  for (const entry of lock["packages-dev"] ?? []) add(found, entry, true);
  return lockfileOf(path, "composer-lock", found);
}

function add(found: Found, entry: Package, dev: boolean): void {
  const { name, version } = entry;
  const origin = originOf(entry);
  const place = entry.source ?? entry.dist;
  const reference = place?.reference ? `#${place.reference}` : "";
  const gap = gapOfOrigin(
    origin,
    name,
    origin === "path" ? (entry.dist?.url ?? "") : `${place?.url ?? ""}${reference}`,
  );
  if (gap !== undefined) found.gaps.push(gap);
  const license = entry.license.map((each) => (/\s/.test(each) && entry.license.length > 1 ? `(${each})` : each));
  const stated = license.length === 0 ? {} : { license: license.join(" OR ") };
  found.packages.push({ name, version, ecosystem: "Packagist", dev, origin, ...stated });
}

function originOf({ version, dist }: Package): LockedPackage["origin"] {
  if (dist?.type === "path") return "path";
  return /^dev-|-dev$/i.test(version) ? "git" : "registry";
}
