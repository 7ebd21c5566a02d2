import { realpathSync } from "node:fs";
import { delimiter, isAbsolute, join, sep } from "node:path";

/**
 * The folders of a PATH in which a program may be looked for: not those of the scanned tree, nor where a package manager puts the programs
 * of dependencies (`npx` and npm's scripts begin PATH with such folders), nor relative ones.
 *
 * @param tree the tree's root as `realpath` gives it; none where no tree is scanned.
 */
export function trustedFolders(searchPath: string | undefined, tree?: string): string[] {
  return (searchPath ?? "").split(delimiter).filter((folder) => {
    if (!isAbsolute(folder)) return false;
    const real = realFolder(folder);
    const isDependencies = [folder, real].some((path) => `${path}${sep}`.includes(`${sep}node_modules${sep}`));
    return !isDependencies && (tree === undefined || (real !== tree && !real.startsWith(`${tree}${sep}`)));
  });
}

/** The same as one text; never empty, which would mean the current folder. */
export function trustedPath(searchPath: string | undefined, tree?: string): string {
  return trustedFolders(searchPath, tree).join(delimiter) || "/nonexistent";
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // Not there, or closed to us: nothing is found in it either.
    return join(folder, ".");
  }
}
