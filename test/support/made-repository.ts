import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** The machine's own git. */
export const GIT = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "git"))
  .find((path) => existsSync(path));

const ENV = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "n",
  GIT_AUTHOR_EMAIL: "n@example.invalid",
  GIT_COMMITTER_NAME: "n",
  GIT_COMMITTER_EMAIL: "n@example.invalid",
  GIT_AUTHOR_DATE: "1700000000 +0000",
  GIT_COMMITTER_DATE: "1700000000 +0000",
};

/** A repository made with real git in a temporary folder, as anybody would make it. */
export interface MadeRepository {
  readonly root: string;
  /** Runs git there; gives what it prints, trimmed. */
  git(...args: readonly string[]): string;
  /** The same with something to read. */
  feed(input: string | Buffer, ...args: readonly string[]): string;
  /** Adds all files and commits them; gives the commit's name. */
  commit(message: string): string;
}

export function makeRepository(root = mkdtempSync(join(tmpdir(), "supply-gate-test-"))): MadeRepository {
  const run = (input: string | Buffer | undefined, args: readonly string[]) =>
    execFileSync("git", args, {
      cwd: root,
      env: ENV,
      input: input ?? "",
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
      maxBuffer: 1 << 28,
    }).trim();
  const git = (...args: readonly string[]) => run(undefined, args);
  git("init", "-q", "-b", "main");
  return {
    root,
    git,
    feed: (input, ...args) => run(input, args),
    commit(message) {
      git("add", "-A", "-f");
      git("commit", "-q", "--allow-empty", "-m", message);
      return git("rev-parse", "HEAD");
    },
  };
}
