import { createHash } from "node:crypto";
import { copyFileSync, type Dirent, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GateError } from "../../schemas/error.ts";
import { CANARY_ADVISORY, CANARY_CRATE } from "./canary.ts";

/** A plain folder in the layout of RustSec's advisory-db: `crates/<crate>/<id>.md`. */
export interface AdvisoryDb {
  readonly folder: string;
  /** Paths of the advisories below it, sorted by code unit. */
  readonly files: readonly string[];
  /** Over path and content of each. */
  readonly sha256: string;
}

/** @throws GateError ADVISORIES_INVALID when it holds no advisories, or a link */
export function readAdvisoryDb(folder: string, shown: string): AdvisoryDb {
  const files = advisoriesIn(folder, "crates", shown).sort();
  if (files.length === 0) throw invalid(shown, "no crates/<crate>/<id>.md");
  const hash = createHash("sha256");
  for (const path of files) {
    const digest = createHash("sha256")
      .update(readFileSync(join(folder, path)))
      .digest("hex");
    hash.update(JSON.stringify([path, digest]));
  }
  return { folder, files, sha256: hash.digest("hex") };
}

/** Copies the advisories into a folder of ours, with the canary's. */
export function stageAdvisoryDb({ folder, files }: AdvisoryDb, to: string): void {
  for (const path of files) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(folder, path), join(to, path));
  }
  const canary = join(to, "crates", CANARY_CRATE.name);
  mkdirSync(canary, { recursive: true });
  writeFileSync(join(canary, `${CANARY_CRATE.id}.md`), CANARY_ADVISORY);
}

function advisoriesIn(folder: string, below: string, shown: string): string[] {
  return entriesOf(join(folder, below), shown).flatMap((entry) => {
    const path = `${below}/${entry.name}`;
    if (entry.isDirectory()) return advisoriesIn(folder, path, shown);
    // What a link leads to may change between two looks.
    if (!entry.isFile()) throw invalid(`${shown}: ${path}`, "neither a file nor a folder");
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

function entriesOf(folder: string, shown: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw invalid(shown, `a folder that can't be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

function invalid(place: string, found: string, cause?: unknown): GateError {
  const message = `${place}: found ${found}, expected a folder with crates/<crate>/<id>.md`;
  return new GateError("ADVISORIES_INVALID", message, { cause, next: "name a checkout of RustSec's advisory-db" });
}
