import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { remoteModule } from "../../findings/remote-module.ts";
import { parseJson } from "./json.ts";
import { splitDescriptor } from "./npm-spec.ts";
import { type Found, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

const MAX_DEPTH = 64;

const Packages = z.record(z.string(), z.unknown()).default({});
const Remote = z.record(z.string(), z.string()).default({});

const DenoLock = z.discriminatedUnion("version", [
  z.object({ version: z.literal("2"), npm: z.object({ packages: Packages }).optional(), remote: Remote }),
  z.object({
    version: z.literal("3"),
    packages: z.object({ npm: Packages, jsr: Packages }).optional(),
    remote: Remote,
  }),
  z.object({ version: z.literal(["4", "5"]), npm: Packages, jsr: Packages, remote: Remote }),
]);

/**
 * Reads `deno.lock`, versions 2 to 5. Modules by URL and packages of jsr.io are gaps: no advisories are published about them.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readDenoLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(DenoLock, parseJson(path, text, MAX_DEPTH), path, "LOCKFILE_INVALID");
  const { npm, jsr } = packagesOf(lock);
  const found: Found = { packages: [], gaps: [] };
  for (const key of Object.keys(npm)) {
    const { name, range } = splitDescriptor(key);
    // Behind the version stand the peers that it was resolved with.
    const version = range.split("_", 1)[0] ?? "";
    if (name === "" || !/^\d/.test(version)) throw lockfileInvalid(path, `"${key}"`, "<name>@<version>");
    found.packages.push({ name, version, ecosystem: "npm", dev: false, origin: "registry" });
  }
  for (const key of Object.keys(jsr)) {
    found.gaps.push({ code: "url-dependency", name: splitDescriptor(key).name, detail: `jsr:${key}` });
  }
  for (const url of Object.keys(lock.remote)) {
    const { name, version } = remoteModule(url);
    // The files of one module count once.
    found.gaps.push({ code: "url-dependency", name, detail: version === "" ? name : `${name}@${version}` });
  }
  return lockfileOf(path, "deno-lock", found);
}

function packagesOf(lock: z.infer<typeof DenoLock>) {
  if (lock.version === "2") return { npm: lock.npm?.packages ?? {}, jsr: {} };
  if (lock.version === "3") return { npm: lock.packages?.npm ?? {}, jsr: lock.packages?.jsr ?? {} };
  return lock;
}
