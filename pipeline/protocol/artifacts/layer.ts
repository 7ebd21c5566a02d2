import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../../schemas/error.ts";
import type { Artifact } from "../../../schemas/protocol/artifact.ts";
import { Id } from "../../../schemas/protocol/diagnostic.ts";
import { filesBelow } from "./files-below.ts";
import { byCodeUnit } from "./order.ts";
import { measurePayload } from "./payload.ts";
import { readSidecar } from "./sidecar.ts";
import { type Tampering, tampering } from "./tamper.ts";

/** Jobs write to L3 (D-03). */
export const LAYER = "L3";
/** What a writer has not finished, or a collection has taken away: nobody reads it. */
export const PARTIAL = ".partial-";
export const SIDECAR = "artifact.json";
export const PAYLOAD = "payload";

/** Ids of what is stored, sorted; unfinished writing is passed over. A store without a layer is empty. */
export function idsIn(store: string): readonly string[] {
  return namesIn(store).filter((name) => Id.safeParse(name).success);
}

/** Everything in the layer but unfinished writing. */
export function namesIn(store: string): readonly string[] {
  return entriesOf(join(store, LAYER))
    .filter((name) => !name.startsWith(PARTIAL))
    .sort(byCodeUnit);
}

/** What dead or slow writers have left. */
export function partialsIn(store: string): readonly string[] {
  return entriesOf(join(store, LAYER))
    .filter((name) => name.startsWith(PARTIAL))
    .sort(byCodeUnit);
}

/** The sidecar of one artifact, held against itself and its name; the payload is not looked at. @throws GateError DOCUMENT_INVALID */
export function readArtifact(store: string, id: string): Artifact {
  const path = `${LAYER}/${id}/${SIDECAR}`;
  const artifact = readSidecar(readFileSync(join(store, path), "utf8"), path);
  if (artifact.artifact_id !== id) {
    throw new GateError("DOCUMENT_INVALID", `${path}: found artifact ${artifact.artifact_id}, expected ${id}`);
  }
  return artifact;
}

/** Everything about one artifact that is not as it was stored. Paths are relative to the store. */
export function checkArtifact(store: string, id: string): Tampering[] {
  const folder = `${LAYER}/${id}`;
  if (lstatSync(join(store, folder), { throwIfNoEntry: false })?.isDirectory() !== true) {
    return [tampering(folder, "found no folder, expected an artifact's")];
  }
  const { files, strange } = filesBelow(join(store, folder));
  const odd = strange.map(({ path, reason }) => tampering(`${folder}/${path}`, reason));
  const extra = files
    .filter((path) => path !== SIDECAR && path !== PAYLOAD && !path.startsWith(`${PAYLOAD}/`))
    .map((path) => tampering(`${folder}/${path}`, "is no part of an artifact"));
  if (!files.includes(SIDECAR)) return [...odd, ...extra, tampering(`${folder}/${SIDECAR}`, "is not there")];
  try {
    const artifact = readArtifact(store, id);
    return [...odd, ...extra, ...(odd.length > 0 ? [] : checkPayload(store, artifact))];
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return [...odd, ...extra, tampering(`${folder}/${SIDECAR}`, error.message.replace(/^[^:]*: /, ""))];
  }
}

function checkPayload(store: string, artifact: Artifact): Tampering[] {
  const place = `${LAYER}/${artifact.artifact_id}/${PAYLOAD}`;
  const wanted = artifact.hash_basis === "bitwise:payload-bytes" ? "file" : "folder";
  const stat = lstatSync(join(store, place), { throwIfNoEntry: false });
  if (stat === undefined) return [tampering(place, "is not there")];
  if (stat.isDirectory() !== (wanted === "folder")) return [tampering(place, `found no ${wanted}, expected one`)];
  const found = measurePayload(join(store, place), artifact.hash_basis);
  if (found.content_hash !== artifact.content_hash) {
    return [tampering(place, `found content ${found.content_hash}, expected ${artifact.content_hash}`)];
  }
  if (found.size_bytes !== artifact.size_bytes) {
    return [tampering(place, `found ${found.size_bytes} bytes, expected ${artifact.size_bytes}`)];
  }
  return [];
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new GateError("STORAGE_FAILED", `${folder}: can't be listed (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  }
}
