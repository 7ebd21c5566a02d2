import { type Artifact, metadataOf } from "../../../schemas/syft.ts";

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
    default:
      return false;
  }
}

/** The version as far as it is one: syft's word for none, and a place (which may hold a password) in its stead, are none. */
export function statedVersion({ version }: Artifact): string {
  return version === UNSTATED || /^[a-z][a-z+]*:/i.test(version) ? "" : version;
}

const UNSTATED = "UNKNOWN";
