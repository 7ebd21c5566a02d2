import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";
import { parseToml } from "./toml.ts";

const Crate = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  source: z.string().optional(),
  dependencies: z.array(z.string()).optional(),
});

/** Versions 1 and 2 have no `version`; 1 alone has checksums in `metadata` and, once, the project in `root`. */
const CargoLock = z.object({
  version: z.literal([1, 2, 3, 4]).optional(),
  root: Crate.optional(),
  package: z.array(Crate).optional(),
});

/**
 * Reads `Cargo.lock`, versions 1 to 4. A crate without `source` belongs to the tree (the project, a workspace member, a path
 * dependency) and is no package.
 *
 * @throws GateError LOCKFILE_INVALID; also when a crate needs one that the file doesn't list (cut off).
 */
export function readCargoLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(CargoLock, parseToml(path, text), path, "LOCKFILE_INVALID");
  if (lock.version === undefined && lock.package === undefined && lock.root === undefined) {
    throw lockfileInvalid(path, 'neither "version" nor a package', "a Cargo.lock of version 1 to 4");
  }
  const crates = [...(lock.package ?? []), ...(lock.root === undefined ? [] : [lock.root])];
  const names = new Set(crates.map((crate) => crate.name));
  const own: string[] = [];
  const found: Found = { packages: [], gaps: [], own };
  for (const { name, version, source, dependencies } of crates) {
    // A dependency is "name", "name version" or "name version (source)".
    const missing = dependencies?.find((needed) => !names.has(needed.split(" ", 1)[0] ?? ""));
    if (missing !== undefined) throw lockfileInvalid(path, `no package "${missing}"`, `all that "${name}" needs`);
    if (source === undefined) {
      own.push(name);
      continue;
    }
    const origin = originOf(path, name, source);
    const gap = gapOfOrigin(origin, name, source);
    if (gap !== undefined) found.gaps.push(gap);
    found.packages.push({ name, version, ecosystem: "crates.io", dev: false, origin });
  }
  return lockfileOf(path, "cargo-lock", found);
}

function originOf(path: string, name: string, source: string) {
  if (/^(?:registry|sparse|local-registry|directory)\+/.test(source)) return "registry";
  if (source.startsWith("git+")) return "git";
  if (source.startsWith("path+")) return "path";
  throw lockfileInvalid(path, `"${name}" from an unknown kind of source`, "registry+, sparse+, git+ or path+");
}
