import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";
import { parseYaml } from "./yaml.ts";

/** What comes with the SDK has no version of its own, so that it can't be looked up. */
const ORIGINS = { hosted: "registry", git: "git", path: "path", sdk: "path" } as const;

const Description = z
  .object({ url: z.string().default(""), path: z.string().default("") })
  .transform(({ url, path }) => url || path);

const PubspecLock = z.object({
  packages: z
    .record(
      z.string(),
      z.object({
        dependency: z.string().default(""),
        description: z.union([z.string(), Description]),
        source: z.enum(Object.keys(ORIGINS) as (keyof typeof ORIGINS)[]),
        version: z.string().min(1),
      }),
    )
    .optional(),
  /** Older tools wrote one `sdk`, the oldest none. */
  sdks: z.record(z.string(), z.string()).optional(),
  sdk: z.string().optional(),
});

/**
 * Reads `pubspec.lock`. `dev` is what the project itself wants for development only; of what these need the file doesn't say it.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readPubspecLock({ path, text }: LockfileInput): Lockfile {
  const [document] = parseYaml(path, text);
  const lock = readValue(PubspecLock, document, path, "LOCKFILE_INVALID");
  if (lock.packages === undefined && lock.sdks === undefined && lock.sdk === undefined) {
    throw lockfileInvalid(path, 'neither "packages" nor "sdks"', "a pubspec.lock");
  }
  const found: Found = { packages: [], gaps: [] };
  for (const [name, { dependency, description, source, version }] of Object.entries(lock.packages ?? {})) {
    const origin = ORIGINS[source];
    const gap = gapOfOrigin(origin, name, source === "sdk" ? `comes with the SDK "${description}"` : description);
    if (gap !== undefined) found.gaps.push(gap);
    found.packages.push({ name, version, ecosystem: "Pub", dev: dependency.split(" ").includes("dev"), origin });
  }
  return lockfileOf(path, "pubspec-lock", found);
}
