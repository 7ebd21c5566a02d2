import { GateError } from "../../../../schemas/error.ts";

const STORAGE_CODES = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO", "ENOTDIR", "EMFILE", "ENFILE"]);

/** What went wrong, if it is that the cache's disk is full or closed, as the system says it to us or to a program that we ran; else null. */
export function storageError(cause: unknown, cacheRoot: string): GateError | null {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const full = code === "TOOL_UNAVAILABLE" && /no space left on device/i.test(message);
  if (!full && !STORAGE_CODES.has(code)) return null;
  return new GateError("STORAGE_FAILED", `${cacheRoot}: ${message}`, {
    cause,
    next: "make room, or name another folder with SUPPLY_GATE_CACHE",
  });
}
