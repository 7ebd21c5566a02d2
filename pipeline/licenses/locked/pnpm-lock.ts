import { z } from "zod";
import { readValue } from "../../../schemas/read.ts";
import { nameAndVersionOfKey } from "../../plan/manifests/pnpm-key.ts";
import { parseYaml } from "../../plan/manifests/yaml.ts";
import { hashesOfIntegrity } from "../integrity.ts";
import type { LockedArchive } from "./locked-archive.ts";

const PnpmLock = z.object({
  lockfileVersion: z.string(),
  packages: z
    .record(
      z.string(),
      z.object({
        name: z.string().optional(),
        version: z.string().optional(),
        resolution: z.object({ integrity: z.string().optional(), tarball: z.string().optional() }),
      }),
    )
    .default({}),
});

/** The archives of a `pnpm-lock.yaml`, all documents of it. @throws GateError LOCKFILE_INVALID */
export function archivesOfPnpmLock(path: string, text: string): LockedArchive[] {
  return parseYaml(path, text).flatMap((document) => {
    const lock = readValue(PnpmLock, document, path, "LOCKFILE_INVALID");
    return Object.entries(lock.packages).flatMap(([key, { resolution, ...entry }]) => {
      const { name, version } = { ...nameAndVersionOfKey(key, lock.lockfileVersion), ...entry };
      if (name === undefined || version === undefined) return [];
      return [{ name, version, source: resolution.tarball, anyOf: hashesOfIntegrity(resolution.integrity ?? "") }];
    });
  });
}
