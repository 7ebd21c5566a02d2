import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import {
  type Found,
  gapOfOrigin,
  type LockfileInput,
  lockfileInvalid,
  lockfileOf,
  withoutCredentials,
} from "./reader.ts";
import { parseYaml } from "./yaml.ts";

const Completed = z.object({
  hackage: z.string().optional(),
  git: z.string().optional(),
  hg: z.string().optional(),
  url: z.string().optional(),
  archive: z.string().optional(),
  name: z.string().optional(),
  version: z.string().optional(),
  commit: z.string().optional(),
});
type Completed = z.infer<typeof Completed>;

const Snapshot = z.object({
  original: z.union([
    z.string(),
    z.record(z.string(), z.string()).transform((source) => Object.values(source).join(" ")),
  ]),
});

/** An empty list is `[]`, which other YAML writers leave empty. */
const StackLock = z.object({
  packages: z.union([z.array(z.object({ completed: Completed })), z.literal("").transform(() => [])]),
  snapshots: z.array(Snapshot),
});

/**
 * Reads `stack.yaml.lock`: the packages beyond the snapshot. What the snapshot itself locks is listed only there, so it has a gap.
 *
 * @throws GateError LOCKFILE_INVALID; also without `snapshots`, which Stack writes last (cut off).
 */
export function readStackLock({ path, text }: LockfileInput): Lockfile {
  const [document] = parseYaml(path, text);
  const lock = readValue(StackLock, document, path, "LOCKFILE_INVALID");
  const found: Found = { packages: [], gaps: [] };
  for (const { completed } of lock.packages) addPackage(path, completed, found);
  for (const { original } of lock.snapshots) {
    const detail = "the packages of the snapshot are listed only there";
    found.gaps.push({ code: "transitive-unknown", name: withoutCredentials(original), detail });
  }
  return lockfileOf(path, "stack-lock", found);
}

function addPackage(path: string, completed: Completed, found: Found): void {
  const { hackage, git, hg, url, archive, commit } = completed;
  if (hackage !== undefined) {
    const [, name, version] = /^([A-Za-z0-9-]+)-(\d+(?:\.\d+)*)(?:@\S+)?$/.exec(hackage) ?? [];
    if (name === undefined || version === undefined) {
      throw lockfileInvalid(path, `the package "${hackage}"`, "<name>-<version>@sha256:<hash>");
    }
    found.packages.push({ name, version, ecosystem: "Hackage", dev: false, origin: "registry" });
    return;
  }
  const repository = git ?? hg;
  const source = repository === undefined ? (url ?? archive) : `${repository}#${commit ?? ""}`;
  const { name, version = "" } = completed;
  if (source === undefined || name === undefined) {
    throw lockfileInvalid(path, "a package without source or name", "hackage, or git, hg or url with a name");
  }
  const origin = repository === undefined ? "url" : "git";
  const gap = gapOfOrigin(origin, name, source);
  if (gap !== undefined) found.gaps.push(gap);
  found.packages.push({ name, version, ecosystem: "Hackage", dev: false, origin });
}
