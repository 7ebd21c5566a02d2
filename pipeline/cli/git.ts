import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { trustedPath } from "../execute/search-path.ts";

/** Nothing in the repository may start a program, ask the network or a person. */
const HARDENED = [
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "protocol.allow=never",
  "-c",
  "safe.directory=*",
];

/**
 * The commit time of HEAD as RFC 3339, by plumbing that reads one object and starts nothing; null without a repository, a commit or git.
 */
export function commitTime(root: string, path: string | undefined): string | null {
  const text = git(root, path, ["rev-list", "--max-count=1", "--timestamp", "HEAD"]);
  const seconds = Number(text?.split(" ")[0]);
  return Number.isSafeInteger(seconds) && seconds > 0 ? new Date(seconds * 1000).toISOString() : null;
}

/** Whether the repository tracks anything below a folder of its tree. */
export function isTracked(root: string, folder: string, path: string | undefined): boolean {
  return (git(root, path, ["ls-files", "-z", "--cached", "--", `:(top,literal)${folder}`]) ?? "") !== "";
}

/** The full name of the commit that a text stands for (`origin/main`, `HEAD~1`), or null. */
export function commitOf(root: string, ref: string, path: string | undefined): string | null {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  const name = git(root, path, args)?.trim() ?? "";
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name) ? name : null;
}

/** Folder of the repository's objects, absolute: elsewhere for a linked work tree or a submodule; null without a repository. */
export function objectsOf(root: string, path: string | undefined): string | null {
  const folder = git(root, path, ["rev-parse", "--git-path", "objects"])?.replace(/\n$/, "") ?? "";
  return folder === "" ? null : resolve(root, folder);
}

function git(root: string, path: string | undefined, args: readonly string[]): string | null {
  const repository = join(root, ".git");
  if (!existsSync(repository)) return null;
  try {
    return execFileSync("git", [...HARDENED, `--git-dir=${repository}`, `--work-tree=${root}`, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 20_000,
      maxBuffer: 64 * 1024 * 1024,
      env: {
        PATH: trustedPath(path, root),
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_NO_LAZY_FETCH: "1",
        GIT_NO_REPLACE_OBJECTS: "1",
        GIT_OPTIONAL_LOCKS: "0",
        LC_ALL: "C",
      },
    });
  } catch {
    // No commit yet, a broken repository, or no git: the date has other sources, and a tree without history tracks nothing.
    return null;
  }
}
