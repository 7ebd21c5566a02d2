import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openHistory } from "../../pipeline/history/history.ts";
import { GIT, type MadeRepository, makeRepository } from "../support/made-repository.ts";
import { stagedHistory } from "../support/staged.ts";

describe.skipIf(GIT === undefined)("a history that is not all here (needs git)", () => {
  let repository: MadeRepository;
  let dotGit: string;

  beforeEach(() => {
    repository = makeRepository();
    dotGit = join(repository.root, ".git");
    writeFileSync(join(repository.root, "a"), "a\n");
    repository.commit("one");
    writeFileSync(join(repository.root, "a"), "b\n");
    repository.commit("two");
  });

  /** The reason why it is incomplete, wherever it is noticed. */
  async function reason(root = repository.root): Promise<string> {
    const { summary, staged } = await stagedHistory(root);
    const problems = [...summary.problems, ...(staged?.problems ?? [])];
    expect(problems.map(({ code }) => code)).toEqual(["history-incomplete"]);
    expect(problems[0]?.next).toMatch(/./);
    expect(JSON.stringify(problems)).not.toContain(tmpdir());
    return problems[0]?.message ?? "";
  }

  const temporary = () => mkdtempSync(join(tmpdir(), "supply-gate-test-"));
  const object = (name: string) => {
    const oid = repository.git("rev-parse", name);
    return join(dotGit, "objects", oid.slice(0, 2), oid.slice(2));
  };

  it("has no repository", async () => {
    expect(await reason(temporary())).toBe("history: found no .git");
    // A bare repository is no work tree.
    expect(await reason(dotGit)).toBe("history: found no .git");
  });

  it("is a linked work tree or a submodule", async () => {
    const tree = join(temporary(), "tree");
    repository.git("worktree", "add", "-q", "--detach", tree);
    expect(await reason(tree)).toBe("history: .git is a file: a linked work tree or a submodule");
    expect((await stagedHistory(repository.root)).summary.problems).toEqual([]);
  });

  it("is a shallow clone", async () => {
    const clone = join(temporary(), "clone");
    execFileSync("git", ["clone", "-q", "--depth", "1", `file://${repository.root}`, clone], { stdio: "ignore" });
    expect(await reason(clone)).toBe("history: a shallow clone: earlier commits are not here");
  });

  it("is a partial clone, whose promises are not kept here", async () => {
    repository.git("config", "uploadpack.allowFilter", "true");
    const clone = join(temporary(), "clone");
    execFileSync("git", ["clone", "-q", "--no-checkout", "--filter=blob:none", `file://${repository.root}`, clone], {
      stdio: "ignore",
    });
    expect(await reason(clone)).toMatch(/^history: object [0-9a-f]{40} is missing: a partial clone/);
  });

  it.each([
    ["a file's version", "HEAD~1:a", /^history: object [0-9a-f]{40} is missing/],
    ["a tree", "HEAD~1^{tree}", /^history: git diff-tree ended with 128/],
    ["a commit", "HEAD~1", /^history: git rev-list ended with 128/],
    ["a ref's target", "HEAD", /^history: object [0-9a-f]{40} is missing/],
  ])("lacks %s", async (_what, name, expected) => {
    rmSync(object(name));
    expect(await reason()).toMatch(expected);
  });

  it("holds a damaged object", async () => {
    const place = object("HEAD~1:a");
    rmSync(place);
    writeFileSync(place, "no object");
    expect(await reason()).toMatch(/^history: (git cat-file|object)/);
  });

  it("borrows its objects from elsewhere", async () => {
    writeFileSync(join(dotGit, "objects/info/alternates"), "/somewhere/objects\n");
    expect(await reason()).toBe("history: objects are borrowed from another repository (objects/info/alternates)");
  });

  it("is reached by links", async () => {
    const elsewhere = temporary();
    const root = temporary();
    symlinkSync(dotGit, join(root, ".git"));
    expect(await reason(root)).toBe("history: .git is a link or no folder");
    renameSync(join(dotGit, "objects/pack"), join(elsewhere, "pack"));
    symlinkSync(join(elsewhere, "pack"), join(dotGit, "objects/pack"));
    expect(await reason()).toBe('history: .git/objects/"pack" is a link or no plain file');
    renameSync(join(dotGit, "objects"), join(elsewhere, "objects"));
    symlinkSync(join(elsewhere, "objects"), join(dotGit, "objects"));
    expect(await reason()).toBe("history: .git/objects is no folder");
  });

  it("has a pipe among its objects, which nobody waits for", async () => {
    const [folder] = readdirSync(join(dotGit, "objects")).filter((name) => name.length === 2);
    execFileSync("mkfifo", [join(dotGit, "objects", folder as string, "f".repeat(38))]);
    expect(await reason()).toMatch(
      /^history: \.git\/objects\/".." ?.*is a link or no plain file$|is a link or no plain file$/,
    );
  });

  it.each([
    ["extensions.objectFormat", "sha256"],
    ["extensions.refStorage", "reftable"],
    ["extensions.tomorrow", "true"],
    ["core.repositoryformatversion", "2"],
  ])("has a format that is not read: %s=%s", async (key, value) => {
    execFileSync("git", ["config", "--file", join(dotGit, "config"), key, value]);
    expect(await reason()).toBe(`history: repository format ${key.toLowerCase()}="${value}" is not read`);
  });

  it("keeps refs as tables", async () => {
    mkdirSync(join(dotGit, "reftable"));
    expect(await reason()).toBe("history: refs are kept in a form that is not read");
  });

  it.each([
    ["refs/heads/broken", "no object\n", 'history: ref "refs/heads/broken": it holds no object\'s name'],
    ["refs/heads/empty", "", 'history: ref "refs/heads/empty": it holds no object\'s name'],
    ["packed-refs", "garbage\n", /^history: ref ".*packed-refs": a line of it names no object$/],
  ])("has a ref that says nothing: %s", async (name, text, expected) => {
    writeFileSync(join(dotGit, name), text);
    expect(await reason()).toMatch(expected);
  });

  it("has a ref that is a link", async () => {
    symlinkSync("main", join(dotGit, "refs/heads/link"));
    expect(await reason()).toBe('history: ref "refs/heads/link": it is no plain file');
  });

  it("is given up when it takes too long, or the run is interrupted", async () => {
    const scratch = temporary();
    const program = join(scratch, "git");
    writeFileSync(program, "#!/bin/sh\nwhile :; do :; done\n", { mode: 0o755 });
    const request = { root: repository.root, scratch: join(scratch, "work"), program };
    const { summary } = await openHistory({ ...request, signal: AbortSignal.timeout(300) });
    expect(summary.problems[0]?.message).toMatch(/^history: git config ended with SIGKILL/);
    const ended = await openHistory({ ...request, scratch: join(scratch, "again"), signal: AbortSignal.abort() });
    expect(ended.summary.problems[0]?.message).toBe("history: it took too long, or was interrupted");
  });

  it("has no git to read it, or a git that fails or speaks of trouble", async () => {
    const request = { root: repository.root, signal: new AbortController().signal };
    const scripts = [
      [null, "history: found no git on PATH"],
      ["exit 3", "history: git config ended with 3"],
      ["echo 'warning: odd' >&2", "history: git config said: warning: odd"],
      [`${GIT} "$@"; [ "$1" != rev-list ] || echo oops >&2`, "history: git rev-list said: oops"],
      [`[ "$1" = cat-file ] || exec ${GIT} "$@"`, "history: git ended before its answer did"],
    ] as const;
    for (const [script, expected] of scripts) {
      const scratch = temporary();
      const program = script === null ? null : join(scratch, "git");
      if (program !== null) writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const { summary } = await openHistory({ ...request, scratch, program });
      expect(summary.problems[0]?.message).toMatch(expected);
    }
  });
});
