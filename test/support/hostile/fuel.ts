import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { SHARED_DATA } from "../shared-data.ts";
import { type Hostile, put } from "./hostile.ts";

/** A file of an archive of the shared data, as text. */
export function unpacked(archive: string, file: string): string {
  const tar = join(SHARED_DATA, archive);
  return execFileSync("tar", ["-xzOf", tar, file], { encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
}

export const missing = (archive: string): string | undefined =>
  existsSync(join(SHARED_DATA, archive)) ? undefined : `../shared/data/${archive} is not here`;

/** Every string of the Big List of Naughty Strings that can be a name, as one. */
export const NAUGHTY_NAMES: Hostile = {
  name: "the Big List of Naughty Strings as names",
  unavailable: missing("blns.tar.gz"),
  make({ root }) {
    for (const text of naughtyStrings()) put(root, join("naughty", text.replaceAll("/", "\u2215")), "x\n");
  },
};

/** The strings as package names and as everything else that a lockfile says; what is a name there, no two readers agree on. */
export const NAUGHTY_PACKAGES: Hostile = {
  name: "the Big List of Naughty Strings as packages",
  unavailable: missing("blns.tar.gz"),
  make({ root }) {
    for (const [index, text] of naughtyStrings().entries()) {
      const packages = { [`node_modules/${text}`]: { version: text, license: text, resolved: text } };
      put(root, `packages/${index}/package-lock.json`, JSON.stringify({ name: text, lockfileVersion: 3, packages }));
    }
  },
  ambiguous: true,
};

/** What is a name nowhere is left out: nothing, a dot, more than 255 bytes, a NUL. */
export function naughtyStrings(): string[] {
  const all: string[] = JSON.parse(unpacked("blns.tar.gz", "blns.json"));
  return [...new Set(all)].filter(
    (text) =>
      Buffer.byteLength(text.replaceAll("/", "\u2215")) <= 255 &&
      !["", ".", ".."].includes(text) &&
      !text.includes("\0"),
  );
}

/** Every file of the JSON test suite and every bill of materials, where a tool looks for such. */
export const SUITES: readonly Hostile[] = [
  suite("the JSON test suite", "json-test-suite.tar.gz", "suite"),
  suite("CycloneDX's own bills of materials, valid and not", "cyclonedx-test-boms.tar.gz", "boms"),
];

function suite(name: string, archive: string, folder: string): Hostile {
  return {
    name,
    unavailable: missing(archive),
    make({ root }) {
      mkdirSync(join(root, folder));
      execFileSync("tar", ["-xzf", join(SHARED_DATA, archive), "-C", join(root, folder)]);
    },
  };
}
