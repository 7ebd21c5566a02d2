import { z } from "zod";
import { readValue } from "../../../schemas/read.ts";
import { originOfSpec, splitDescriptor } from "./npm-spec.ts";
import { type Found, gapOfOrigin, lockfileInvalid } from "./reader.ts";
import { parseYaml } from "./yaml.ts";

/** `__metadata.version`: 4 is yarn 2, 8 is yarn 4. */
const VERSIONS = ["4", "5", "6", "7", "8", "9", "10"];

const Entry = z.object({
  version: z.string(),
  resolution: z.string(),
  dependencies: z.record(z.string(), z.string()).optional(),
});
const Metadata = z.object({ version: z.enum(VERSIONS) });

/**
 * What a `yarn.lock` of yarn 2 and later names, by each entry's `resolution`. Workspace members are no packages.
 *
 * @throws GateError LOCKFILE_INVALID; also when a package needs one that the file doesn't list (cut off).
 */
export function ofYarnBerry(path: string, text: string): Found {
  const [document, ...more] = parseYaml(path, text);
  if (more.length > 0) throw lockfileInvalid(path, `${more.length + 1} YAML documents`, "one");
  const { __metadata, ...rest } = readValue(z.record(z.string(), z.unknown()), document, path, "LOCKFILE_INVALID");
  readValue(Metadata, __metadata, `${path}: __metadata`, "LOCKFILE_INVALID");
  const entries = Object.entries(readValue(z.record(z.string(), Entry), rest, path, "LOCKFILE_INVALID"));
  const names = new Set(entries.flatMap(([key]) => key.split(", ").map((each) => splitDescriptor(each).name)));
  if (!entries.some(([, entry]) => entry.resolution.endsWith("@workspace:."))) {
    throw lockfileInvalid(path, "no entry for the project", '"<name>@workspace:."');
  }
  const own: string[] = [];
  const found: Found = { packages: [], gaps: [], own };
  for (const [key, entry] of entries) {
    const missing = Object.keys(entry.dependencies ?? {}).find((name) => !names.has(name));
    if (missing !== undefined) throw lockfileInvalid(path, `no entry for "${missing}"`, `all that "${key}" needs`);
    const { name, range } = splitDescriptor(entry.resolution);
    if (range.startsWith("workspace:")) own.push(name);
    else add(found, entry);
  }
  return found;
}

function add(found: Found, entry: z.infer<typeof Entry>): void {
  const { name, range } = splitDescriptor(entry.resolution);
  // A patch is laid over what another locator, percent-encoded, brings.
  const patched = /^patch:.[^@]*@([^#]+)/.exec(range)?.[1]?.replaceAll("%3A", ":").replaceAll("%2F", "/");
  const source = patched ?? range.replace(/::.*$/, "");
  const origin = originOfSpec(source);
  const gap = gapOfOrigin(origin, name, source);
  if (gap !== undefined) found.gaps.push(gap);
  if (range.startsWith("link:")) return;
  found.packages.push({ name, version: entry.version, ecosystem: "npm", dev: false, origin });
}
