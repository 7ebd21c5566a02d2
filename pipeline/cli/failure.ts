import { ERROR_CODES, GateError } from "../../schemas/error.ts";
import { visible } from "../findings/visible.ts";

const BUG = 70;
const NO_SPACE: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);

/** Writes one clear line for an error and says the exit status: 2 and 3 for what a person can mend, 70 with its stack for a bug of ours. */
export function reportError(error: unknown, write: (text: string) => void): number {
  const known = error instanceof GateError ? error : storageError(error);
  if (known === undefined) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    write(`supply-gate: a bug of ours, please report it: ${stack}\n`);
    return BUG;
  }
  const next = known.next === undefined ? "" : `. Next: ${known.next}`;
  write(`supply-gate: ${known.code}: ${visible(`${known.message}${next}`)}\n`);
  return ERROR_CODES[known.code];
}

function storageError(error: unknown): GateError | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || !NO_SPACE.has(code)) return undefined;
  const where = path ?? "the temporary folder";
  return new GateError("STORAGE_FAILED", `${where}: no space left (${code})`, {
    cause: error,
    next: "free some space, or set TMPDIR to a folder that has some",
  });
}
