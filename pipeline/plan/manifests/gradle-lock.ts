import type { Lockfile } from "../../../schemas/lockfile.ts";
import { type Found, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

const LOCKED = /^([^:=\s]+):([^:=\s]+):([^:=\s]+)=\S*$/;

/**
 * Reads `gradle.lockfile` and `buildscript-gradle.lockfile`: `group:artifact:version=configurations` on each line.
 *
 * Which configurations are for tests only is up to the build script, so nothing is `dev`.
 * @throws GateError LOCKFILE_INVALID; also without the line `empty=`, which Gradle writes last (cut off).
 */
export function readGradleLock({ path, text }: LockfileInput): Lockfile {
  const found: Found = { packages: [], gaps: [] };
  let isWhole = false;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("empty=")) isWhole = true;
    else {
      const [, group, artifact, version] = LOCKED.exec(line) ?? [];
      if (group === undefined || artifact === undefined || version === undefined) {
        throw lockfileInvalid(`${path}:${index + 1}`, `"${line}"`, "<group>:<artifact>:<version>=<configurations>");
      }
      const name = `${group}:${artifact}`;
      found.packages.push({ name, version, ecosystem: "Maven", dev: false, origin: "registry" });
    }
  }
  if (!isWhole) throw lockfileInvalid(path, 'no line "empty="', "a whole Gradle lockfile, which ends with it");
  return lockfileOf(path, "gradle-lock", found);
}
