import { type Hostile, put, TOKEN_LINE } from "./hostile.ts";

/** Parts of a name by which gitleaks takes a file for an archive and passes over it, in any case and place. */
const PARTS = ["br", "gz", "tar", "zip", "7z", "rar", "zst", "xz", "lz4", "sz", "s2", "bz2", "zz", "lz", "mz"];

const ARCHIVE_NAMES = PARTS.flatMap((part) => [`a.${part}`, `b.${part}.ts`, `c.x${part}.${part.toUpperCase()}`]);

/** Names and folders of the allow list that gitleaks' default rules carry. */
const ALLOWED = [
  "node_modules/hidden/index.js",
  "vendor/hidden/index.go",
  "bower_components/hidden.js",
  "lib/python3.11/site-packages/hidden.py",
  "logo.svg",
  "font.woff2",
  "photo.jpg",
  "go.sum",
  "gradle.lockfile",
  "mvnw",
  "mvnw.cmd",
  "verification-metadata.xml",
  "Database.refactorlog",
  "jquery.min.js",
  "gitleaks.toml",
];

/** Of these, lockfiles: a token is none. */
const LOCKFILES = ["gradle.lockfile", "verification-metadata.xml"];

/** Every name that gitleaks skips without a word, with a token in it. */
export const SKIPPED_NAMES: readonly Hostile[] = [
  named("names that gitleaks takes for archives", "skipped", ARCHIVE_NAMES),
  named("names and folders that gitleaks' default rules allow", "allowed", ALLOWED, LOCKFILES),
  named("names that version control reserves", "reserved", [
    "CVS/Entries",
    ".svn/entries",
    ".hg/hgrc",
    ".gitmodules.txt",
  ]),
];

function named(name: string, folder: string, paths: readonly string[], broken: readonly string[] = []): Hostile {
  const below = paths.map((path) => `${folder}/${path}`);
  return {
    name,
    make({ root }) {
      for (const path of below) put(root, path, TOKEN_LINE);
    },
    secrets: below,
    ...(broken.length === 0 ? {} : { broken: broken.map((path) => `${folder}/${path}`) }),
  };
}
