import { GateError } from "../../../schemas/error.ts";

/** Does something that writes below `path`. @throws GateError STORAGE_FAILED that names it, in place of the system's error. */
export function storing<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof GateError) throw cause;
    throw new GateError("STORAGE_FAILED", `${path}: could not be written (${(cause as Error).message})`, {
      cause,
      next: "make room or give another folder, then run again",
    });
  }
}
