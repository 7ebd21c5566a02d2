import { closeSync, constants, fsyncSync, openSync, writeSync } from "node:fs";
import { GateError } from "../../../schemas/error.ts";

/** A file that only grows. After an error it takes nothing more: what came later would stand behind a hole. */
export interface AppendFile {
  /** Adds a line and its end with one write. @throws GateError STORAGE_FAILED `HSK-500-DB: …` */
  append(line: string): void;
  /** Makes sure that it is on the disk, and closes it. @throws GateError STORAGE_FAILED */
  close(): void;
  /** Closes it as it is. */
  abandon(): void;
}

/** Opens a file for its owner alone; `isNew` refuses one that is there. A symbolic link is refused in any case. @throws GateError STORAGE_FAILED */
export function openAppendFile(path: string, isNew: boolean): AppendFile {
  const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = orFail(path, () =>
    openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW | (isNew ? O_CREAT | O_EXCL : 0), 0o600),
  );
  let state: "open" | "broken" | "closed" = "open";
  const guarded = (action: () => void): void => {
    if (state !== "open") throw failed(path, `the recorder is ${state}`);
    state = "broken";
    orFail(path, action);
    state = "open";
  };
  return {
    append: (line) =>
      guarded(() => {
        const written = writeSync(file, `${line}\n`);
        const bytes = Buffer.byteLength(line) + 1;
        if (written !== bytes) throw new Error(`wrote ${written} of ${bytes} bytes`);
      }),
    close() {
      guarded(() => fsyncSync(file));
      state = "closed";
      orFail(path, () => closeSync(file));
    },
    abandon() {
      if (state === "closed") return;
      state = "closed";
      closeSync(file);
    },
  };
}

function orFail<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw failed(path, (cause as NodeJS.ErrnoException).code ?? (cause as Error).message, cause);
  }
}

function failed(path: string, why: string, cause?: unknown): GateError {
  return new GateError("STORAGE_FAILED", `HSK-500-DB: ${path}: the event could not be recorded (${why})`, {
    cause,
    next: "make room, then run again: a run that is not recorded does not count",
  });
}
