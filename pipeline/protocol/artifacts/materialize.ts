import { randomBytes } from "node:crypto";
import { linkSync, lstatSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { GateError } from "../../../schemas/error.ts";
import { copyPayload } from "./payload.ts";
import type { StoredArtifact } from "./store.ts";
import { storing, syncPath } from "./storing.ts";

/**
 * Saves a copy of a stored payload to `target` below the folder `root` (D-09).
 * @returns as `saveBelow`
 * @throws as `saveBelow`; OUTPUT_INVALID too when the payload is not what was stored (nothing is written then)
 */
export function materialize({ artifact, payload }: StoredArtifact, root: string, target: string): string {
  const { hash_basis: basis, content_hash: hash } = artifact;
  return saveBelow(root, target, basis === "bitwise:payload-bytes" ? "file" : "folder", (temporary) => {
    const written = copyPayload(payload, basis, temporary);
    if (written.content_hash !== hash) throw refused(target, "the stored payload is another one now");
  });
}

/**
 * The only way out of a store (D-09): what `write` puts at the place that it is given appears at `target` below the folder `root`, whole or not at all.
 * @returns the path that was written, relative to `root`
 * @throws GateError OUTPUT_INVALID for a target that leads out of `root`, goes through a link, or is there already (nothing is written then);
 * STORAGE_FAILED
 */
export function saveBelow(
  root: string,
  target: string,
  format: "file" | "folder",
  write: (temporary: string) => void,
): string {
  const place = placeIn(root, target);
  const temporary = join(dirname(place), `.partial-${randomBytes(8).toString("hex")}`);
  return storing(place, () => {
    try {
      write(temporary);
      publish(temporary, place, target, format);
      syncPath(dirname(place));
      return relative(realpathSync(root), place);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
}

/** A link can't take the place of anything; for a folder that is looked at once more. */
function publish(temporary: string, place: string, target: string, format: "file" | "folder"): void {
  try {
    if (format === "file") linkSync(temporary, place);
    else if (lstatSync(place, { throwIfNoEntry: false }) === undefined) renameSync(temporary, place);
    else throw refused(target, "there is something already");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    throw refused(target, "there is something already");
  }
}

/** Folders on the way are made one by one, and none of them may be a link. */
function placeIn(root: string, target: string): string {
  const real = storing(root, () => realpathSync(root));
  const place = resolve(real, target);
  if (target === "" || target.includes("\0") || !place.startsWith(real === sep ? sep : `${real}${sep}`)) {
    throw refused(target, "leads out of the folder that was opened for it");
  }
  let folder = real;
  for (const name of relative(real, dirname(place)).split(sep).filter(Boolean)) {
    folder = join(folder, name);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) storing(folder, () => mkdirSync(folder));
    else if (!found.isDirectory()) throw refused(target, `${relative(real, folder)} is no folder`);
  }
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) throw refused(target, "there is something already");
  return join(folder, basename(place));
}

function refused(target: string, why: string): GateError {
  return new GateError("OUTPUT_INVALID", `${JSON.stringify(target)}: ${why}`, {
    next: "name another place, at or below the folder you are in",
  });
}
