import { z } from "zod";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "../../plan/manifests/json.ts";
import { aliasOf } from "../../plan/manifests/npm-spec.ts";
import { hashesOfIntegrity } from "../integrity.ts";
import type { LockedArchive } from "./locked-archive.ts";

const Entry = z.object({
  name: z.string().optional(),
  version: z.string().default(""),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
});

const PackageLock = z.object({
  packages: z.record(z.string(), Entry.omit({ dependencies: true })).optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
});

const MODULES = "node_modules/";

/** The archives of a `package-lock.json` of version 1, 2, 3. @throws GateError LOCKFILE_INVALID */
export function archivesOfPackageLock(path: string, text: string): LockedArchive[] {
  const lock = readValue(PackageLock, parseJson(path, text, 512), path, "LOCKFILE_INVALID");
  if (lock.packages !== undefined) {
    return Object.entries(lock.packages).map(([place, { name, version, resolved, integrity }]) => ({
      name: name ?? place.slice(place.lastIndexOf(MODULES) + MODULES.length),
      version,
      source: resolved,
      anyOf: hashesOfIntegrity(integrity ?? ""),
    }));
  }
  const archives: LockedArchive[] = [];
  const open = Object.entries(lock.dependencies ?? {});
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entry = readValue(Entry, next[1], `${path}: dependency "${next[0]}"`, "LOCKFILE_INVALID");
    open.push(...Object.entries(entry.dependencies ?? {}));
    const alias = aliasOf(entry.version);
    archives.push({
      name: alias?.name ?? next[0],
      version: alias?.range ?? entry.version,
      source: entry.resolved,
      anyOf: hashesOfIntegrity(entry.integrity ?? ""),
    });
  }
  return archives;
}
