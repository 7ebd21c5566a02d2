import { z } from "zod";
import { readValue } from "../../../schemas/read.ts";
import { type Artifact, metadataOf } from "../../../schemas/syft.ts";
import { type PackageVersion, sameForm } from "../../findings/package-key.ts";
import { remoteModule } from "../../findings/remote-module.ts";

/**
 * True when the lockfile's entry names no place outside of the tree: the project itself, a workspace member, a folder.
 *
 * npm states no source for the project, for members and for bundled packages alike; our own lockfile reader tells them apart.
 * `byChance`: of the entry only name and version are to be trusted.
 */
export function isLocal(artifact: Artifact, byChance: boolean): boolean {
  if (/^(?:file|link|portal|workspace):/.test(artifact.version)) return true;
  if (byChance) return false;
  const { resolved, integrity, source, index } = metadataOf(artifact);
  switch (artifact.metadataType) {
    case "javascript-npm-package-lock-entry":
      return resolved === "" ? integrity === "" : resolved !== undefined && !/^[a-z+]+:/.test(resolved);
    case "javascript-yarn-lock-entry":
      return /@(?:workspace|portal|link|file):/.test(resolved ?? "");
    case "rust-cargo-lock-entry":
      return source === "";
    case "python-uv-lock-entry":
      return index !== "" && !/^[a-z+]+:\/\//.test(index ?? "");
    case "go-module-entry":
      return artifact.version === UNSTATED;
    case DOTNET:
      return readValue(DotnetEntry, artifact.metadata, `syft report: ${DOTNET}`).type === "project";
    default:
      return false;
  }
}

/**
 * Name and version as far as they are such: syft has a word for no version, and may state a place (which may hold a password), or what it
 * cut out of one.
 */
export function statedPackage(artifact: Artifact): PackageVersion {
  const { type, metadataType, metadata } = artifact;
  if (metadataType === REMOTE) return remoteModule(readValue(Remote, metadata, `syft report: ${REMOTE}`).url);
  const { name, version } = type === "npm" ? sameForm("npm", artifact.name, artifact.version) : artifact;
  return { name, version: version === UNSTATED || /^[a-z][a-z+]*:/i.test(version) ? "" : version };
}

/** True for what Deno gets by its address or from jsr.io: syft calls it a package of npm, where it may be somebody else's. */
export function isOfNoRegistry({ metadataType }: Artifact): boolean {
  return metadataType === REMOTE || metadataType === "deno-lock-entry";
}

const DOTNET = "dotnet-deps-entry";
const DotnetEntry = z.object({ type: z.string().optional() });

const REMOTE = "deno-remote-lock-entry";
const Remote = z.object({ url: z.string() });

const UNSTATED = "UNKNOWN";
