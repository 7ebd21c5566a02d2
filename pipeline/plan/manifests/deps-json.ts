import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "./json.ts";
import { type Found, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

const MAX_DEPTH = 64;

const DepsJson = z.object({
  runtimeTarget: z.union([z.string(), z.object({ name: z.string() })]),
  libraries: z
    .record(z.string(), z.object({ type: z.string() }))
    // At least the program itself; osv-scanner refuses the file without.
    .refine((libraries) => Object.keys(libraries).length > 0, "expected at least one library"),
});

/** Parts of the framework that is on the machine already, and projects of the solution: none of them is a package. */
const OWN = ["project", "msbuildproject", "referenceassembly"];

/** What the .NET SDK calls the packages of a framework that a self-contained program carries along. */
const RUNTIME_PACK = "runtimepack.";

/**
 * Reads a .NET program's `*.deps.json`. A framework that it carries along is the NuGet package that it came from;
 * an assembly that came from no package is a gap.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readDepsJson({ path, text }: LockfileInput): Lockfile {
  const { libraries } = readValue(DepsJson, parseJson(path, text, MAX_DEPTH), path, "LOCKFILE_INVALID");
  const own: string[] = [];
  const found: Found = { packages: [], gaps: [], own };
  for (const [key, { type }] of Object.entries(libraries)) {
    const [, written, version] = /^([^/]+)\/([^/]+)$/.exec(key) ?? [];
    if (written === undefined || version === undefined) throw lockfileInvalid(path, `"${key}"`, "<name>/<version>");
    if (OWN.includes(type)) {
      own.push(written);
      continue;
    }
    if (type !== "package" && type !== "runtimepack") {
      found.gaps.push({ code: "path-dependency", name: written, detail: `an assembly of type ${type}` });
      continue;
    }
    const name =
      type === "runtimepack" && written.startsWith(RUNTIME_PACK) ? written.slice(RUNTIME_PACK.length) : written;
    found.packages.push({ name, version, ecosystem: "NuGet", dev: false, origin: "registry" });
  }
  return lockfileOf(path, "deps-json", found);
}
