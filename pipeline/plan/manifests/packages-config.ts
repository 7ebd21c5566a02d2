import type { Lockfile } from "../../../schemas/lockfile.ts";
import { type Found, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";
import { childrenOf, parseXml } from "./xml.ts";

/**
 * Reads NuGet's `packages.config`; `dev` where the file says `developmentDependency`.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readPackagesConfig({ path, text }: LockfileInput): Lockfile {
  const found: Found = { packages: [], gaps: [] };
  for (const { attributes, line } of childrenOf(parseXml(path, text, "packages"), "package")) {
    const { id: name = "", version = "", developmentDependency } = attributes;
    if (name === "") throw lockfileInvalid(`${path}:${line}`, "a package without an id", 'id="…" version="…"');
    if (version === "") found.gaps.push({ code: "unpinned", name, detail: "the file states no version" });
    const dev = developmentDependency?.toLowerCase() === "true";
    found.packages.push({ name, version, ecosystem: "NuGet", dev, origin: "registry" });
  }
  return lockfileOf(path, "packages-config", found);
}
