import type { InventoryFile } from "../../../schemas/inventory.ts";
import type { StagedCopy } from "../../../schemas/step.ts";
import { isLossyName } from "../../tree/lossy-name.ts";

/** Parts of a base name by which gitleaks takes any file for an archive and skips it (mholt/archives 0.1.2, by name only). */
const ARCHIVE_PARTS = /\.(br|gz|tar|zip|7z|rar|zst|xz|lz4|sz|s2|bz2|zz)/g;

/** Endings that do the same only at the very end of a name. */
const ARCHIVE_ENDINGS = /\.(lz|mz)$/;

/**
 * Says whether gitleaks would pass over a text file where it lies (by name or encoding), and how it is staged so that it is read.
 *
 * `ordinal` makes the staged folder's name. Undefined: it is read in place, or nothing of it is scanned.
 */
export function stagedCopy(file: InventoryFile, ordinal: number): StagedCopy | undefined {
  if (file.size === 0) return undefined;
  const base = baseName(file.path);
  const isOdd = file.pathBytes !== undefined || hasControl(file.path) || isLossyName(file.path);
  // What an archive holds is read from no copy either.
  const isHidden = isOdd || (isHiddenByName(base) && file.unscanned !== "archive");
  const transform = TRANSFORM[file.encoding];
  if (!isHidden && transform === "none") return undefined;
  const { path, pathBytes, sha256 } = file;
  return {
    source: pathBytes === undefined ? { path } : { path, pathBytes },
    sha256,
    to: `${String(ordinal).padStart(6, "0")}${transform === "prefix-newline" ? SHIFTED : ""}/${neutralName(base)}`,
    transform,
  };
}

/**
 * The same text once more, in windows, when gitleaks would cut it: it sees nothing of a secret that lies across a cut.
 *
 * `copy`: how it is staged as a whole; undefined: it is read in place.
 */
export function stagedInWindows(
  file: InventoryFile,
  ordinal: number,
  copy: StagedCopy | undefined,
): StagedCopy | undefined {
  if (file.landmarks === undefined) return undefined;
  const { path, pathBytes, sha256, landmarks } = file;
  const to = copy?.to ?? `${String(ordinal).padStart(6, "0")}/${neutralName(baseName(path))}`;
  return {
    source: pathBytes === undefined ? { path } : { path, pathBytes },
    sha256,
    to: to.replace("/", "@/"),
    transform: TRANSFORM[file.encoding],
    windows: landmarks,
  };
}

/** Ends the folder's name of a copy whose lines count one more than the source's. */
const SHIFTED = "+1";

/** How many lines a staged copy has before the source's first. */
export function lineShiftOf(staged: string): number {
  return /^staged\/\d+\+1[@/]/.test(staged) ? 1 : 0;
}

/** gitleaks takes a file of this base name for an archive, whatever it holds. */
export function isHiddenByName(base: string): boolean {
  const lower = base.toLowerCase();
  return lower.search(ARCHIVE_PARTS) >= 0 || ARCHIVE_ENDINGS.test(lower);
}

const TRANSFORM = {
  text: "none",
  binary: "none",
  "masked-text": "prefix-newline",
  "utf-16le": "utf-16-to-utf-8",
  "utf-16be": "utf-16-to-utf-8",
} as const satisfies Record<InventoryFile["encoding"], StagedCopy["transform"]>;

/** Keeps the ending (some rules ask for it) and takes out what hides the file. */
export function neutralName(base: string): string {
  const ascii = base.replace(/[^A-Za-z0-9._-]/g, "_").slice(-80);
  return ascii
    .replace(/\.(?=(br|gz|tar|zip|7z|rar|zst|xz|lz4|sz|s2|bz2|zz))/gi, "_")
    .replace(/\.(?=(lz|mz)$)/i, "_")
    .replace(/^\.git$/, "_git");
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function hasControl(path: string): boolean {
  return /\p{Cc}/u.test(path);
}
