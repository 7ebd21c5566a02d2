import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { GIT, type MadeRepository, makeRepository } from "../support/made-repository.ts";
import { stagedHistory, textsOf } from "../support/staged.ts";

const NO_GIT = GIT === undefined;

describe.skipIf(NO_GIT)("history of a repository (needs git)", () => {
  let repository: MadeRepository;
  const write = (path: string | Buffer, content: string | Buffer) => {
    const place = Buffer.concat([Buffer.from(`${repository.root}/`), Buffer.from(path)]);
    const slash = place.lastIndexOf("/");
    mkdirSync(place.subarray(0, slash), { recursive: true });
    writeFileSync(place, content);
  };
  const texts = async () => textsOf(await stagedHistory(repository.root));

  beforeEach(() => {
    repository = makeRepository();
  });

  it("H-10: stages what each commit adds, and its message", async () => {
    write("a.txt", "one\n");
    repository.commit("first");
    write("a.txt", "one\ntwo\n");
    repository.commit("second");
    rmSync(join(repository.root, "a.txt"));
    repository.commit("third");
    const opened = await stagedHistory(repository.root);
    expect(opened.summary).toEqual({ commits: 3, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), problems: [] });
    expect(opened.staged?.problems).toEqual([]);
    expect(textsOf(opened)).toEqual([
      "(commit message): first\n",
      "(commit message): second\n",
      "(commit message): third\n",
      "a.txt: one\n",
      "a.txt: one\ntwo\n",
    ]);
    expect(opened.staged?.staged.map(({ texts: count }) => count)).toEqual([2, 2, 1]);
  });

  it("is read from every ref, detached HEAD, stash and a ref whose name git itself would refuse", async () => {
    write("a", "base\n");
    const base = repository.commit("base");
    const commitOf = (name: string) => {
      const blob = repository.feed(`${name}\n`, "hash-object", "-w", "--stdin");
      const tree = repository.feed(`100644 blob ${blob}\tb\n`, "mktree");
      return repository.git("commit-tree", "-m", name, tree);
    };
    repository.git("update-ref", "refs/odd/deep/er", commitOf("deep"));
    writeFileSync(join(repository.root, ".git/refs/heads/bad..name"), `${commitOf("refused")}\n`);
    writeFileSync(
      join(repository.root, ".git/packed-refs"),
      `# pack-refs with: peeled\n${commitOf("packed")} refs/x y\n`,
    );
    write("a", "stashed\n");
    repository.git("stash", "-q");
    repository.git("checkout", "-q", "--detach", base);
    write("a", "detached\n");
    repository.commit("detached");
    const found = (await texts()).filter((text) => /^[ab]:/.test(text));
    for (const name of ["base", "stashed", "detached"]) expect(found).toContain(`a: ${name}\n`);
    for (const name of ["deep", "refused", "packed"]) expect(found).toContain(`b: ${name}\n`);
  });

  it("holds the messages of annotated tags, and a tree and a file that only a tag leads to", async () => {
    write("a", "a\n");
    repository.commit("c");
    repository.git("tag", "-a", "-m", "about the tag", "v1");
    repository.git("tag", "-a", "-m", "about the tag's tag", "v2", "v1");
    const blob = repository.feed("only tagged\n", "hash-object", "-w", "--stdin");
    repository.git("tag", "-a", "-m", "a file", "blob", blob);
    repository.git("update-ref", "refs/tags/tree", repository.feed(`100644 blob ${blob}\tin tree\n`, "mktree"));
    expect(await texts()).toEqual([
      "(commit message): c\n",
      "(tag message): a file\n",
      "(tag message): about the tag\n",
      "(tag message): about the tag's tag\n",
      "(tagged file): only tagged\n",
      "a: a\n",
      "in tree: only tagged\n",
    ]);
  });

  it("knows what a merge alone brings, and does not tell the rest of it twice", async () => {
    write("a", "base\n");
    repository.commit("base");
    repository.git("checkout", "-q", "-b", "side");
    write("b", "side\n");
    repository.commit("side");
    repository.git("checkout", "-q", "main");
    write("c", "main\n");
    repository.commit("main");
    repository.git("merge", "-q", "--no-commit", "side");
    write("evil", "only in the merge\n");
    write("a", "base\nchanged in the merge\n");
    repository.commit("merge");
    expect((await texts()).filter((text) => !text.startsWith("("))).toEqual([
      "a: base\n",
      "a: base\nchanged in the merge\n",
      "b: side\n",
      "c: main\n",
      "evil: only in the merge\n",
    ]);
  });

  it("obeys no attribute: binary, no diff, a text conversion, another encoding in the work tree (SC-1.2c)", async () => {
    write(".gitattributes", "* -diff -text binary diff=evil filter=evil working-tree-encoding=UTF-16\n");
    write(".git/info/attributes", "* diff=evil binary\n");
    repository.git("config", "core.attributesFile", "/dev/null");
    write("a", "plain\n");
    repository.git(
      "-c",
      "core.attributesFile=/dev/null",
      "update-index",
      "--add",
      "--cacheinfo",
      `100644,${repository.feed("plain\n", "hash-object", "-w", "--stdin", "--no-filters")},a`,
    );
    repository.git("commit", "-q", "-m", "m");
    expect(await texts()).toContain("a: plain\n");
  });

  it("starts nothing of the repository: conversion, monitor, outer diff, hooks, pager, alias, include", async () => {
    write("a", "one\n");
    repository.commit("one");
    write("a", "one\ntwo\n");
    write(".gitattributes", "* diff=evil\n");
    repository.commit("two");
    const proof = join(repository.root, "..", `${repository.root.split("/").at(-1)}-ran`);
    const program = join(repository.root, ".git/evil.sh");
    writeFileSync(program, `#!/bin/sh\ntouch "${proof}"\ncat "$1" 2>/dev/null\n`);
    chmodSync(program, 0o755);
    for (const hook of ["post-checkout", "reference-transaction", "pre-auto-gc"]) {
      writeFileSync(join(repository.root, ".git/hooks", hook), `#!/bin/sh\ntouch "${proof}"\n`, { mode: 0o755 });
    }
    writeFileSync(
      join(repository.root, ".git/config"),
      `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = ${program}\n\tpager = ${program}\n\thooksPath = .git/hooks\n\tsshCommand = ${program}\n` +
        `[diff]\n\texternal = ${program}\n[diff "evil"]\n\ttextconv = ${program}\n\tcommand = ${program}\n[filter "evil"]\n\tsmudge = ${program}\n\tclean = ${program}\n` +
        `[alias]\n\tdiff-tree = !${program}\n\tconfig = !${program}\n[include]\n\tpath = /etc/hostname\n[safe]\n\tdirectory = /nowhere\n`,
    );
    expect(await texts()).toContain("a: one\ntwo\n");
    expect(() => execFileSync("test", ["-e", proof])).toThrow();
  });

  it("follows no replacement and no graft, and reads what stands in for a commit too", async () => {
    write("a", "secret\n");
    const real = repository.commit("real");
    write("a", "nothing\n");
    const head = repository.commit("head");
    repository.git("replace", "--graft", head);
    writeFileSync(join(repository.root, ".git/info/grafts"), `${head}\n`);
    const { staged, summary } = await stagedHistory(repository.root);
    expect([...(staged?.order.keys() ?? [])]).toContain(real);
    expect(summary.commits).toBe(3);
  });

  it("believes no commit graph", async () => {
    write("a", "hidden\n");
    repository.commit("hidden");
    write("a", "shown\n");
    repository.commit("shown");
    repository.git("commit-graph", "write", "--reachable");
    const graph = join(repository.root, ".git/objects/info/commit-graph");
    chmodSync(graph, 0o644);
    const bytes = execFileSync("cat", [graph]);
    // Each commit's data: tree (20 bytes), first parent, second parent, generation and date; a missing parent is 0x70000000.
    const head = Buffer.from(repository.git("rev-parse", "HEAD^{tree}"), "hex");
    bytes.writeUInt32BE(0x70000000, bytes.indexOf(head) + 20);
    writeFileSync(graph, bytes);
    expect(repository.git("rev-list", "--count", "--all")).toBe("1");
    expect((await stagedHistory(repository.root)).summary.commits).toBe(2);
  });

  it("takes any name and content apart rightly", async () => {
    const long = `${"n".repeat(251)}.txt`;
    const odd = Buffer.from([0x6e, 0xff, 0xfe, 0x2e, 0x74]);
    write(long, "long name\n");
    write(odd, "no utf-8\n");
    write('new\nline\t"quoted" \\ b/a', "newline\n");
    write(":100644 100644", "colon\n");
    write("diff --git a/x b/x", "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+forged\n");
    write("crlf.txt", "one\r\ntwo\r\n");
    write("empty", "");
    write("wide.txt", Buffer.from("\ufeffwide text\n", "utf16le"));
    write("pdf.txt", "%PDF-1.4\nkey\n");
    write("image.png", Buffer.from([0x89, 0x50, 0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17]));
    symlinkSync("the target", join(repository.root, "link"));
    repository.commit("m");
    const opened = await stagedHistory(repository.root);
    expect(textsOf(opened)).toEqual(
      [
        "(commit message): m\n",
        `${long}: long name\n`,
        "n\\xff\\xfe.t: no utf-8\n",
        'new\nline\t"quoted" \\ b/a: newline\n',
        ":100644 100644: colon\n",
        "diff --git a/x b/x: --- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+forged\n",
        "crlf.txt: one\r\ntwo\r\n",
        "empty: ",
        "wide.txt: wide text\n",
        "pdf.txt: %PDF-1.4\nkey\n",
        "image.png: ",
        "link: the target",
      ].sort(),
    );
    expect(opened.staged?.staged).toEqual([{ commit: expect.any(String), texts: 11, binaries: 1, gaps: [] }]);
    expect([...(opened.staged?.pieces.values() ?? [])].every(({ shift }) => shift >= 1)).toBe(true);
  });

  it("reads a message with a zero byte, and one without an end", async () => {
    const tree = repository.feed("", "mktree");
    const person = "n <n@example.invalid> 1700000000 +0000";
    const object = Buffer.from(`tree ${tree}\nauthor ${person}\ncommitter ${person}\n\nbefore\0after`);
    const commit = repository.feed(object, "hash-object", "-t", "commit", "-w", "--stdin", "--literally");
    repository.git("update-ref", "refs/heads/main", commit);
    expect(await texts()).toEqual(["(commit message): before\0after"]);
  });

  it("stages the same text of the same name once, however many commits bring it", async () => {
    for (const turn of ["one", "two", "three"]) {
      write("a", "the same\n");
      repository.commit(`adds ${turn}`);
      rmSync(join(repository.root, "a"));
      repository.commit(`removes ${turn}`);
    }
    const { staged } = await stagedHistory(repository.root);
    const pieces = [...(staged?.pieces.values() ?? [])].filter(({ origins }) => origins[0]?.path === "a");
    expect(pieces.map(({ origins }) => origins.length)).toEqual([3]);
  });

  it("names a submodule, whose own history is not here", async () => {
    write("a", "a\n");
    const commit = repository.commit("a");
    repository.git("update-index", "--add", "--cacheinfo", `160000,${commit},vendor/lib`);
    repository.git("commit", "-q", "-m", "adds a submodule");
    const { staged } = await stagedHistory(repository.root);
    expect(staged?.staged.flatMap(({ gaps }) => gaps)).toEqual([{ code: "nested-history", path: "vendor/lib" }]);
  });

  it("is empty without a commit, and its canaries are there all the same", async () => {
    const opened = await stagedHistory(repository.root);
    expect(opened.summary).toMatchObject({ commits: 0, problems: [] });
    expect(opened.staged?.problems).toEqual([]);
    expect(opened.staged?.pieces.size).toBeGreaterThan(3);
    expect(textsOf(opened)).toEqual([]);
  });

  it("has the same digest and order on every run, and another digest with another commit", async () => {
    write("a", "a\n");
    repository.commit("a");
    const [one, two] = [await stagedHistory(repository.root), await stagedHistory(repository.root)];
    expect(one.summary).toEqual(two.summary);
    repository.commit("b");
    expect((await stagedHistory(repository.root)).summary.sha256).not.toBe(one.summary.sha256);
  });

  it("proves every way in which a commit brings text", async () => {
    const { staged } = await stagedHistory(repository.root);
    const found = [...(staged?.pieces ?? [])].flatMap(([name, { origins }]) =>
      staged?.readPiece(name).includes("canary\n") ? origins.map(({ commit }) => staged.canaries.get(commit)) : [],
    );
    expect(found.sort()).toEqual(["history-added", "history-merged", "history-message"]);
  });
});
