import { z } from "zod";
import { readValue } from "../../../schemas/read.ts";
import { parseToml } from "../../plan/manifests/toml.ts";
import { hashOfHex } from "../integrity.ts";
import type { LockedArchive } from "./locked-archive.ts";

const CargoLock = z.object({
  package: z
    .array(
      z.object({
        name: z.string(),
        version: z.string(),
        source: z.string().optional(),
        checksum: z.string().optional(),
      }),
    )
    .default([]),
  metadata: z.record(z.string(), z.unknown()).default({}),
});

/** The archives of a `Cargo.lock`; version 1 has its checksums at the end. @throws GateError LOCKFILE_INVALID */
export function archivesOfCargoLock(path: string, text: string): LockedArchive[] {
  const lock = readValue(CargoLock, parseToml(path, text), path, "LOCKFILE_INVALID");
  return lock.package.map(({ name, version, source, checksum }) => {
    const stated = checksum ?? lock.metadata[`checksum ${name} ${version} (${source})`];
    const hash = hashOfHex("sha256", typeof stated === "string" ? stated : "");
    return { name, version, source, anyOf: hash === undefined ? [] : [hash] };
  });
}
