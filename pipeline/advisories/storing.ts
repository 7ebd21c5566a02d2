import { GateError } from "../../schemas/error.ts";

/**
 * Carries out work on files below `place`.
 * @throws GateError STORAGE_FAILED, naming file and cause, where the file system refuses (full, read-only, not a folder)
 */
export async function storing<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code, syscall, path = place } = cause as NodeJS.ErrnoException;
    if (cause instanceof GateError || code === undefined || syscall === undefined) throw cause;
    throw new GateError("STORAGE_FAILED", `${path}: ${syscall} failed (${code})`, {
      cause,
      next: `make ${place} a writable folder with enough space`,
    });
  }
}
