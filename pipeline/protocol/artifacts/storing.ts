import { closeSync, fsyncSync, openSync } from "node:fs";
import { GateError } from "../../../schemas/error.ts";

/**
 * Carries out work on files at `place`.
 * @throws GateError STORAGE_FAILED, naming file and cause, where the file system refuses (full, read-only, not a folder)
 */
export function storing<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code, syscall, path = place } = cause as NodeJS.ErrnoException;
    if (cause instanceof GateError || code === undefined || syscall === undefined) throw cause;
    throw new GateError("STORAGE_FAILED", `${path}: ${syscall} failed (${code})`, {
      cause,
      next: `make ${place} a writable folder with enough space`,
    });
  }
}

/** Makes sure that a file's content, or the names in a folder, are on the disk. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
