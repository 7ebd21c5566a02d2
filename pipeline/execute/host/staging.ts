import { createHash, type Hash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join, normalize } from "node:path";
import { GateError } from "../../../schemas/error.ts";
import type { StagedCopy, Step } from "../../../schemas/step.ts";
import { bytesOfPath } from "../../tree/source-path.ts";
import { windowCutter } from "../../tree/windows.ts";
import { extractedTexts } from "./extracted-texts.ts";
import { joinBytes } from "./path-bytes.ts";
import { storing } from "./storing.ts";
import { transformOf } from "./transform.ts";
import { copyTree, type SharedTrees } from "./tree-copy.ts";

export interface StagingInputs {
  /** The source tree's root, as `realpath` gives it. */
  readonly source: string;
  /** Root of the advisories' snapshot. */
  readonly advisories?: string | undefined;
  /** Folder with what the history brings. */
  readonly history?: string | undefined;
  /** The tool's folder, which extracts are taken from; without one they are left to whoever has it (a container's build). */
  readonly toolDir?: string;
}

/**
 * Lays out what a step sees, in `dir`: `staged/<to>` and `config/<name>`; with "full" also `tree` (a copy without the hidden
 * entries), `advisories` (a link) and `history`, for an engine that can't mount them. It blocks; it is meant to be done before anything runs.
 *
 * @param shared trees that were copied before: one with the same hidden entries is linked instead of copied.
 * @throws GateError SOURCE_CHANGED when a file's bytes are not the planned ones, SOURCE_INVALID when it can't be read,
 *   DOCUMENT_INVALID when the step names a target outside of `dir`, PIN_MISMATCH when the tool does not hold an extract, STORAGE_FAILED when `dir` can't be written.
 */
export function stage(
  step: Step,
  inputs: StagingInputs,
  dir: string,
  how: "copies-only" | "full",
  shared: SharedTrees = new Map(),
): void {
  const { copies, files, extracts, tree, advisories } = step.staging;
  const where = `step "${step.id}"`;
  for (const copy of copies) copyFile(copy, inputs.source, (name) => target(join(dir, "staged"), name, where));
  for (const [name, text] of Object.entries(files)) {
    write(target(join(dir, "config"), name, where), (put) => put(Buffer.from(text)));
  }
  for (const [name, text] of extractedTexts(extracts, inputs.toolDir)) {
    write(target(join(dir, "config"), name, where), (put) => put(Buffer.from(text)));
  }
  if (how === "copies-only") return;
  if (tree !== undefined) storing(dir, () => copyTree(inputs.source, join(dir, "tree"), tree.hide, shared));
  if (advisories) storing(dir, () => symlinkSync(snapshotOf(inputs, step), join(dir, "advisories")));
  if (hasHistory(step)) storing(dir, () => moveFolder(historyOf(inputs, step), join(dir, "history")));
}

/** Whether there is a history at `{scan}/history`. */
export function hasHistory({ staging: { history } }: Step): boolean {
  return history !== undefined && history.problems.length === 0;
}

/** The folder with the history's texts. @throws GateError DOCUMENT_INVALID when the step needs one and there is none. */
export function historyOf({ history }: Pick<StagingInputs, "history">, step: Step): string {
  if (history !== undefined) return history;
  throw new GateError("DOCUMENT_INVALID", `step "${step.id}": needs a history, and none was staged`);
}

/** A tool that reads folders passes over a link: the folder itself goes there, and a link stays behind. */
export function moveFolder(from: string, to: string): void {
  renameSync(from, to);
  symlinkSync(to, from);
}

/** The advisories' root. @throws GateError ADVISORIES_INVALID when the step needs one and there is none. */
export function snapshotOf({ advisories }: Pick<StagingInputs, "advisories">, step: Step): string {
  if (advisories !== undefined) return advisories;
  throw new GateError("ADVISORIES_INVALID", `step "${step.id}": needs advisories, and no snapshot was given`);
}

function target(folder: string, name: string, where: string): string {
  const path = normalize(name);
  if (path !== name || path.startsWith("/") || path.split("/").includes("..") || name === ".") {
    throw new GateError("DOCUMENT_INVALID", `${where}: staging target "${name}": expected a plain path below "{scan}"`);
  }
  return join(folder, path);
}

function copyFile(copy: StagedCopy, source: string, placeOf: (name: string) => string): void {
  const file = openPlanned(copy, source);
  try {
    const hash = createHash("sha256");
    if (copy.windows === undefined) {
      write(placeOf(copy.to), (put) => readThrough(file, copy, hash, put));
    } else {
      const windows = windowCutter(copy.to, ({ name, content }) => write(placeOf(name), (put) => put(content)));
      readThrough(file, copy, hash, windows.next);
      windows.end();
    }
    const sha256 = hash.digest("hex");
    if (sha256 !== copy.sha256) throw changed(copy, `found sha256 ${sha256}, planned was ${copy.sha256}`);
  } finally {
    closeSync(file);
  }
}

/** Gives the file part by part, as the tool is to see it; the digest is of the file as it is. */
function readThrough(file: number, copy: StagedCopy, hash: Hash, give: (part: Buffer) => void): void {
  const transform = transformOf(copy.transform, copy.source.path);
  for (const chunk of chunksOf(file)) {
    hash.update(chunk);
    give(transform.next(chunk));
  }
  give(transform.end());
}

/** Opens a regular file inside the tree; no link is followed on the way, whatever happened to the tree since it was walked. */
function openPlanned(copy: StagedCopy, source: string): number {
  const path = joinBytes(source, bytesOfPath(copy.source));
  const folder = path.subarray(0, path.lastIndexOf("/"));
  try {
    if (!realpathSync.native(folder, "buffer").equals(folder)) throw changed(copy, "a folder above it is a link now");
    // Without O_NONBLOCK a named pipe in its place would wait for a writer.
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
    throw changed(copy, "it is no regular file any more");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (cause instanceof GateError) throw cause;
    if (["ENOENT", "ENOTDIR", "ELOOP", "ENXIO"].includes(code ?? ""))
      throw changed(copy, `it can't be opened any more (${code})`);
    throw new GateError("SOURCE_INVALID", `${copy.source.path}: can't be read (${code})`, { cause });
  }
}

function changed(copy: StagedCopy, found: string): GateError {
  return new GateError("SOURCE_CHANGED", `${copy.source.path}: changed since the plan was made: ${found}`, {
    next: "run again on a tree that nobody writes to",
  });
}

const CHUNK_BYTES = 1024 * 1024;

function* chunksOf(file: number): Generator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) yield buffer.subarray(0, read);
}

/** Writes a new file; its mode does not depend on the umask, since a build context's key does depend on the mode. */
function write(path: string, fill: (put: (bytes: Buffer) => void) => void): void {
  const file = storing(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    return openSync(path, "wx", 0o644);
  });
  try {
    storing(path, () => chmodSync(path, 0o644));
    fill((bytes) => {
      storing(path, () => {
        for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from);
      });
    });
  } finally {
    closeSync(file);
  }
}
