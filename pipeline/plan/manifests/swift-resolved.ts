import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "./json.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileOf } from "./reader.ts";

const MAX_DEPTH = 64;

const State = z.object({
  version: z.string().nullish(),
  branch: z.string().nullish(),
  revision: z.string().nullish(),
});

const Pin = z.object({
  identity: z.string().min(1),
  kind: z.enum(["remoteSourceControl", "localSourceControl", "registry"]),
  location: z.string().default(""),
  state: State,
});
type Pin = z.infer<typeof Pin>;

const First = z
  .object({ package: z.string().min(1), repositoryURL: z.string().min(1), state: State })
  .transform(({ package: identity, repositoryURL, state }): Pin => {
    return { identity, kind: "remoteSourceControl", location: repositoryURL, state };
  });

const SwiftResolved = z.discriminatedUnion("version", [
  z.object({ version: z.literal(1), object: z.object({ pins: z.array(First) }) }),
  z.object({ version: z.literal([2, 3]), pins: z.array(Pin) }),
]);

/**
 * Reads `Package.resolved`, versions 1 to 3. A package has its repository's address as its name, as in the SwiftURL ecosystem; one
 * locked at a commit, in a folder or from a registry has a gap.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readSwiftResolved({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(SwiftResolved, parseJson(path, text, MAX_DEPTH), path, "LOCKFILE_INVALID");
  const found: Found = { packages: [], gaps: [] };
  for (const pin of lock.version === 1 ? lock.object.pins : lock.pins) addPin(pin, found);
  return lockfileOf(path, "swift-resolved", found);
}

function addPin({ identity, kind, location, state }: Pin, found: Found): void {
  const version = state.version ?? "";
  const name = kind === "remoteSourceControl" ? swiftName(location) || identity : identity;
  const origin =
    kind === "localSourceControl" ? "path" : kind === "registry" ? "url" : version === "" ? "git" : "registry";
  const source = kind === "registry" ? "a Swift registry" : `${location}#${state.revision ?? state.branch ?? ""}`;
  const gap = gapOfOrigin(origin, name, source);
  if (gap !== undefined) found.gaps.push(gap);
  found.packages.push({ name, version, ecosystem: "SwiftURL", dev: false, origin });
}

/** `github.com/apple/swift-nio`, however the address is written. */
function swiftName(location: string): string {
  return location
    .replace(/^[a-z+]+:\/\//i, "")
    .replace(/^[^/@]*@/, "")
    .replace(/^([^/:]+):(?!\d+\/)/, "$1/")
    .replace(/(?<!\/)\/+$/, "")
    .replace(/\.git$/, "");
}
