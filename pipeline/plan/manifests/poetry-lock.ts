import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { pypiName } from "./pypi-name.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileOf } from "./reader.ts";
import { parseToml } from "./toml.ts";

const ORIGINS = {
  git: "git",
  url: "url",
  file: "path",
  directory: "path",
  legacy: "registry",
  pypi: "registry",
} as const;

const PoetryLock = z.object({
  package: z
    .array(
      z.object({
        name: z.string().min(1),
        version: z.string().min(1),
        category: z.string().optional(),
        groups: z.array(z.string()).optional(),
        source: z
          .object({ type: z.enum(Object.keys(ORIGINS) as (keyof typeof ORIGINS)[]), url: z.string() })
          .optional(),
      }),
    )
    .default([]),
  // Written last: a file that is cut off lacks it.
  metadata: z.object({
    // Poetry 1.0 wrote none.
    "lock-version": z
      .string()
      .regex(/^[12]\.\d+$/, "expected a lock-version of 1.x or 2.x")
      .optional(),
    "content-hash": z.string(),
  }),
});

/**
 * Reads `poetry.lock`, lock-version 1.x and 2.x.
 *
 * `dev` where the file says so: category `dev` (poetry 1.4 and before) or no group `main` (poetry 2); between them it doesn't say.
 * @throws GateError LOCKFILE_INVALID
 */
export function readPoetryLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(PoetryLock, parseToml(path, text), path, "LOCKFILE_INVALID");
  const found: Found = { packages: [], gaps: [] };
  for (const { name: written, version, category, groups, source } of lock.package) {
    const name = pypiName(written);
    const origin = source === undefined ? "registry" : ORIGINS[source.type];
    const gap = gapOfOrigin(origin, name, source?.url ?? "");
    if (gap !== undefined) found.gaps.push(gap);
    const dev = category === "dev" || (groups !== undefined && !groups.includes("main"));
    found.packages.push({ name, version, ecosystem: "PyPI", dev, origin });
  }
  return lockfileOf(path, "poetry-lock", found);
}
