import { randomBytes } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, utimesSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { GateError } from "../../../schemas/error.ts";
import type { Artifact, StoredHandle, StoredKind } from "../../../schemas/protocol/artifact.ts";
import { Id } from "../../../schemas/protocol/diagnostic.ts";
import { filesBelow } from "./files-below.ts";
import { writeNew } from "./hashed-copy.ts";
import { checkArtifact, idsIn, LAYER, PARTIAL, PAYLOAD, readArtifact, SIDECAR } from "./layer.ts";
import { factsOfBytes, type Payload, writePayload } from "./payload.ts";
import { type ArtifactFacts, artifactOf, handleOf, sidecarText, withPin } from "./sidecar.ts";
import { storing, syncPath } from "./storing.ts";
import { tampered } from "./tamper.ts";

/** When what is put is safe from a power failure. `each`: when `put` returns. `batch`: when `flush` does, and nobody sees it before. `off`: some time later. */
export type Fsync = "each" | "batch" | "off";

export interface StoredArtifact {
  readonly artifact: Artifact;
  /** Path of its payload, a file or a folder. */
  readonly payload: string;
}

/** L3 artifacts below one folder (D-02, D-03). Whatever ends the process, what has a final name is whole. */
export interface ArtifactStore {
  readonly folder: string;
  /**
   * Stores a payload; one that is stored already stays as it is.
   * @throws GateError DOCUMENT_INVALID for facts that do not fit, or TAMPER_DETECTED when what is stored is not what it was; STORAGE_FAILED
   */
  put<K extends StoredKind>(payload: Payload, facts: ArtifactFacts<K>): StoredHandle & { readonly kind: K };
  /** All sidecars, by id. @throws GateError DOCUMENT_INVALID TAMPER_DETECTED */
  list(): readonly Artifact[];
  /** One artifact, its payload verified. @throws GateError USAGE_INVALID when there is none, DOCUMENT_INVALID TAMPER_DETECTED */
  get(id: string): StoredArtifact;
  /** Keeps it from every collection of garbage, or no longer. @throws as `get` */
  pin(id: string, pinned: boolean): Artifact;
  /** Gives everything that was put since its final name, safely (`batch`). @throws GateError STORAGE_FAILED */
  flush(): Promise<void>;
}

/** Opens a store, and makes it if it is not there. Readers need not close it. @throws GateError STORAGE_FAILED */
export function openStore(folder: string, { fsync }: { readonly fsync: Fsync }): ArtifactStore {
  const layer = join(folder, LAYER);
  /** Id to partial folder. */
  const waiting = new Map<string, string>();
  const partial = (): string => join(layer, `${PARTIAL}${randomBytes(8).toString("hex")}`);
  const place = (written: string, id: string): void => {
    if (publish(written, join(layer, id))) return;
    rmSync(written, { recursive: true, force: true });
    mustBeWhole(folder, id);
  };
  return {
    folder,
    put(payload, facts) {
      const known = "bytes" in payload ? artifactOf(factsOfBytes(payload.bytes), facts) : undefined;
      const temporary = partial();
      const artifact = storing(layer, () => {
        if (known !== undefined && isStored(folder, known.artifact_id, waiting)) return known;
        mkdirSync(layer, { recursive: true });
        try {
          const written = writeArtifact(temporary, payload, known ?? facts, fsync === "each");
          if (fsync === "batch" && waiting.has(written.artifact_id)) rmSync(temporary, { recursive: true });
          else if (fsync === "batch") waiting.set(written.artifact_id, temporary);
          else place(temporary, written.artifact_id);
          if (fsync === "each") syncPath(layer);
          return written;
        } catch (error) {
          rmSync(temporary, { recursive: true, force: true });
          throw error;
        }
      });
      return { ...handleOf(artifact), kind: facts.kind };
    },
    list: () => storing(folder, () => idsIn(folder).map((id) => sidecarOf(folder, id))),
    get(id) {
      mustBeThere(folder, id);
      return storing(folder, () => {
        mustBeWhole(folder, id);
        return { artifact: readArtifact(folder, id), payload: join(layer, id, PAYLOAD) };
      });
    },
    pin(id, pinned) {
      const { artifact } = this.get(id);
      return storing(layer, () => rewriteSidecar(join(layer, id), partial(), withPin(artifact, pinned)));
    },
    async flush() {
      const batch = [...waiting];
      if (batch.length === 0) return;
      waiting.clear();
      await syncAll(batch.map(([, temporary]) => temporary));
      storing(layer, () => {
        for (const [id, temporary] of batch) place(temporary, id);
        syncPath(layer);
      });
    },
  };
}

/** Whether it need not be written; what lies there is verified. */
function isStored(folder: string, id: string, waiting: ReadonlyMap<string, string>): boolean {
  if (waiting.has(id)) return true;
  if (!existsSync(join(folder, LAYER, id, SIDECAR))) return false;
  mustBeWhole(folder, id);
  return true;
}

/** The sidecar of bytes is known before they are written; of files only afterwards. */
function writeArtifact(to: string, payload: Payload, about: Artifact | ArtifactFacts, sync: boolean): Artifact {
  const mode = about.classification === "high" ? 0o600 : 0o644;
  mkdirSync(to);
  const written = writePayload(payload, join(to, PAYLOAD), mode, sync);
  const artifact = "seal" in about ? about : artifactOf(written, about);
  writeNew(join(to, SIDECAR), Buffer.from(sidecarText(artifact)), 0o644, sync);
  if (sync) syncPath(to);
  return artifact;
}

/** Gives a folder its final name; false when something has it. */
function publish(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw cause;
  }
}

function rewriteSidecar(folder: string, temporary: string, artifact: Artifact): Artifact {
  const place = join(folder, SIDECAR);
  const { mtime } = lstatSync(place);
  writeNew(temporary, Buffer.from(sidecarText(artifact)), 0o644, true);
  // How long it is kept counts from when it was stored.
  utimesSync(temporary, mtime, mtime);
  renameSync(temporary, place);
  syncPath(folder);
  return artifact;
}

function mustBeThere(folder: string, id: string): void {
  if (Id.safeParse(id).success && existsSync(join(folder, LAYER, id))) return;
  throw new GateError("USAGE_INVALID", `${folder}: found no artifact "${id}"`, {
    next: "supply-gate artifacts list shows what there is",
  });
}

function mustBeWhole(folder: string, id: string): void {
  const [first] = checkArtifact(folder, id);
  if (first !== undefined) throw tampered(first, folder);
}

function sidecarOf(folder: string, id: string): Artifact {
  try {
    return readArtifact(folder, id);
  } catch (error) {
    mustBeWhole(folder, id);
    throw error;
  }
}

/** Many at once: the disk does them together. */
async function syncAll(folders: readonly string[]): Promise<void> {
  const rest = folders.values();
  const worker = async (): Promise<void> => {
    for (const folder of rest) for (const path of everythingIn(folder)) await syncOne(path);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

function everythingIn(folder: string): string[] {
  const files = filesBelow(folder).files.map((path) => join(folder, path));
  return [...new Set([...files, ...files.map((path) => dirname(path)), folder])];
}

async function syncOne(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
