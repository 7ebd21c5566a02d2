import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { lockfileFormatOf, READERS } from "../../pipeline/plan/manifests/index.ts";
import { LockfileFormat } from "../../schemas/inventory.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";

const FIXTURES = path.resolve(import.meta.dirname, "../../fixtures/lockfiles");

/** One recorded lockfile: its folder, the name that it has in a tree, and the files beside it. */
export interface LockfileCase {
  readonly format: LockfileFormat;
  readonly name: string;
  readonly folder: string;
  readonly path: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Every case below `fixtures/lockfiles`; the suffix `.fixture` is taken off, so that no file there is a lockfile of this repository. */
export const LOCKFILE_CASES: readonly LockfileCase[] = LockfileFormat.options.flatMap((format) =>
  readdirSync(path.join(FIXTURES, format)).map((name) => {
    const folder = path.join(FIXTURES, format, name);
    const files: Record<string, string> = {};
    for (const file of readdirSync(folder).filter((each) => each.endsWith(".fixture"))) {
      files[file.replace(/\.fixture$/, "")] = readFileSync(path.join(folder, file), "utf8");
    }
    const lockfile = Object.keys(files).find((file) => lockfileFormatOf(file) === format);
    if (lockfile === undefined) throw new Error(`${folder}: no lockfile of the format ${format}`);
    return { format, name, folder, path: lockfile, files };
  }),
);

/** Reads a lockfile out of texts, as the gate does it; `files` are named relative to the lockfile's folder. */
export function readLockfile(place: string, text: string, files: Readonly<Record<string, string>> = {}): Lockfile {
  const format = lockfileFormatOf(place);
  if (format === undefined) throw new Error(`${place}: no lockfile`);
  return READERS[format]({ path: place, text, sibling: (relative) => files[relative] });
}

/** Packages as `name@version`, with `dev` and the origin where they are not the usual. */
export function packagesOf(lockfile: Lockfile): string[] {
  return lockfile.packages.map(
    ({ name, version, dev, origin }) =>
      `${name}@${version}${dev ? " dev" : ""}${origin === "registry" ? "" : ` ${origin}`}`,
  );
}

/** Gaps as `code name: detail`. */
export function gapsOf(lockfile: Lockfile): string[] {
  return lockfile.gaps.map(({ code, name, detail }) => `${code} ${name}: ${detail}`);
}

/** What a LOCKFILE_INVALID looks like to a matcher: the code, and the place that the message opens with. */
export function invalidAt(place: string): unknown {
  return expect.objectContaining({
    code: "LOCKFILE_INVALID",
    message: expect.stringMatching(new RegExp(`^${escaped(place)}`)),
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
