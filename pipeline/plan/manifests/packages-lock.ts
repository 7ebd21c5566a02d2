import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "./json.ts";
import { type Found, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

const MAX_DEPTH = 64;

const Entry = z.object({
  type: z.enum(["Direct", "Transitive", "CentralTransitive", "Project"]),
  resolved: z.string().min(1).optional(),
});

const PackagesLock = z.object({
  version: z.literal([1, 2]),
  dependencies: z.record(z.string(), z.record(z.string().min(1), Entry)),
});

/**
 * Reads NuGet's `packages.lock.json`, versions 1 and 2, all target frameworks. Projects of the solution are no packages.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readPackagesLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(PackagesLock, parseJson(path, text, MAX_DEPTH), path, "LOCKFILE_INVALID");
  const own: string[] = [];
  const found: Found = { packages: [], gaps: [], own };
  for (const entries of Object.values(lock.dependencies)) {
    for (const [name, { type, resolved }] of Object.entries(entries)) {
      if (type === "Project") {
        own.push(name);
        continue;
      }
      if (resolved === undefined) throw lockfileInvalid(path, `"${name}" without a version`, "one for each package");
      found.packages.push({ name, version: resolved, ecosystem: "NuGet", dev: false, origin: "registry" });
    }
  }
  return lockfileOf(path, "packages-lock", found);
}
