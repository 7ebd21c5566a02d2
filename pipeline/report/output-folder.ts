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
import { basename, dirname, join } from "node:path";
import { GateError } from "../../schemas/error.ts";

const MARK = "verdict.json";

/**
 * Removes what earlier runs left at `out`, so that a run that dies leaves no old verdict behind; also what runs that were killed left beside it, which
 * would be taken for source. `isSource` tells of a name beside `out` whether it is.
 * @throws GateError OUTPUT_INVALID when `out` is a link, a file, or a folder that no run of ours made
 */
export function clearOutput(out: string, isSource: (name: string) => boolean = () => false): void {
  const found = lstatSync(out, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory())
    throw refused(out, found.isSymbolicLink() ? "a symbolic link" : "a file");
  if (found !== undefined && readdirSync(out).length > 0 && !isOurs(out))
    throw refused(out, "a folder with other content");
  for (const name of partialsOf(out)) if (!isSource(name)) discard(join(dirname(out), name));
  if (found === undefined) return;
  // Under the final name nothing is ever half there.
  const aside = partialOf(out);
  renameSync(out, aside);
  discard(aside);
}

/**
 * Writes all documents below `out` at once: into a folder beside it, which then takes the final name.
 * `logs` is a folder that becomes `run/`.
 * @throws GateError STORAGE_FAILED when there is no space left or no permission; nothing is left behind then
 */
export function writeOutput(out: string, documents: ReadonlyMap<string, string>, logs: string): void {
  const partial = partialOf(out);
  try {
    mkdirSync(dirname(out), { recursive: true });
    mkdirSync(partial, { mode: 0o755 });
    // The verdict first, by which the folder is known to be ours.
    for (const [path, text] of [...documents].sort(([a], [b]) => Number(b === MARK) - Number(a === MARK))) {
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

function partialOf(out: string): string {
  return `${out}.partial-${randomBytes(4).toString("hex")}`;
}

/** Names beside `out` of folders that a run of ours was killed over. */
function partialsOf(out: string): string[] {
  const folder = dirname(out);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const prefix = `${basename(out)}.partial-`;
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(prefix))
    .map(({ name }) => name)
    .filter((name) => /^[0-9a-f]{8}$/.test(name.slice(prefix.length)) && isOurs(join(folder, name), true));
}

/** The verdict goes last: it is what the folder is known by. */
function discard(folder: string): void {
  for (const name of readdirSync(folder)) if (name !== MARK) rmSync(join(folder, name), { recursive: true });
  rmSync(folder, { recursive: true });
}

/** A verdict of ours lies on top: nobody keeps anything else in such a folder. */
function isOurs(folder: string, isPartial = false): boolean {
  const mark = join(folder, MARK);
  if (lstatSync(mark, { throwIfNoEntry: false })?.isFile() !== true)
    return isPartial && readdirSync(folder).length === 0;
  const text = readFileSync(mark, "utf8");
  return text.startsWith('{\n  "schemaVersion": "supply-gate/verdict-') || (isPartial && text === "");
}

function refused(out: string, found: string): GateError {
  return new GateError("OUTPUT_INVALID", `${out}: found ${found}, expected nothing or an earlier run's results`, {
    next: "give another folder with --out",
  });
}
