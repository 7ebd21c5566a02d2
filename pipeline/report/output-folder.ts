import { randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { GateError } from "../../schemas/error.ts";

const MARK = "verdict.json";

/**
 * Removes what an earlier run left at `out`, so that a run that dies leaves no old verdict behind.
 * @throws GateError OUTPUT_INVALID when `out` is a link, a file, or a folder that no run of ours made
 */
export function clearOutput(out: string): void {
  const found = lstatSync(out, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) throw refused(out, found.isSymbolicLink() ? "a symbolic link" : "a file");
  const entries = readdirSync(out);
  if (entries.length > 0 && !isOurs(out)) throw refused(out, "a folder with other content");
  rmSync(out, { recursive: true });
}

/**
 * Writes all documents below `out` at once: into a folder beside it, which then takes the final name.
 * `logs` is a folder that becomes `run/`.
 * @throws GateError STORAGE_FAILED when there is no space left or no permission; nothing is left behind then
 */
export function writeOutput(out: string, documents: ReadonlyMap<string, string>, logs: string): void {
  const partial = `${out}.partial-${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(dirname(out), { recursive: true });
    mkdirSync(partial, { mode: 0o755 });
    for (const [path, text] of documents) {
      const place = join(partial, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
    cpSync(logs, join(partial, "run"), { recursive: true });
    renameSync(partial, out);
  } catch (cause) {
    // Below a file, removing what is not there is an error of its own.
    if (existsSync(partial)) rmSync(partial, { recursive: true, force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw new GateError("STORAGE_FAILED", `${out}: the results could not be written (${code ?? String(cause)})`, {
      cause,
      next: code === "ENOSPC" ? "free some space, or give another folder with --out" : "give another folder with --out",
    });
  }
}

/** A verdict of ours lies on top: nobody keeps anything else in such a folder. */
function isOurs(out: string): boolean {
  const mark = join(out, MARK);
  if (lstatSync(mark, { throwIfNoEntry: false })?.isFile() !== true) return false;
  return readFileSync(mark, "utf8").startsWith('{\n  "schemaVersion": "supply-gate/verdict-');
}

function refused(out: string, found: string): GateError {
  return new GateError("OUTPUT_INVALID", `${out}: found ${found}, expected nothing or an earlier run's results`, {
    next: "give another folder with --out",
  });
}
