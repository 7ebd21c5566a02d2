import { Buffer } from "node:buffer";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { layOutCommit } from "../../pipeline/cli/base-commit.ts";
import { openBase } from "../../pipeline/cli/base-place.ts";
import { quietWorld } from "../split/repository.ts";
import { GIT, type MadeRepository, makeRepository } from "../support/made-repository.ts";

const fresh = () => mkdtempSync(join(tmpdir(), "supply-gate-test-"));

async function laidOut({ root }: MadeRepository, commit: string): Promise<string> {
  const scratch = fresh();
  await layOutCommit({ root, commit, scratch: join(scratch, "git") }, join(scratch, "tree"), quietWorld());
  return join(scratch, "tree");
}

/** A commit of one entry that only plumbing can make: `mode`, name and content. */
function oddCommit(repository: MadeRepository, mode: string, name: string, content: string): string {
  const blob = repository.feed(content, "hash-object", "-w", "--stdin");
  const entry = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(blob, "hex")]);
  const tree = repository.feed(entry, "hash-object", "-w", "--literally", "-t", "tree", "--stdin");
  return repository.git("commit-tree", tree, "-m", "odd");
}

describe.skipIf(GIT === undefined)("a commit as base (skipped without git)", () => {
  it("is laid out byte for byte, whatever attributes, filters or configuration the repository has", async () => {
    const repository = makeRepository();
    const { root } = repository;
    mkdirSync(join(root, "sub"));
    writeFileSync(join(root, ".gitattributes"), "hidden export-ignore\n*.txt text eol=crlf ident filter=loud\n");
    writeFileSync(join(root, "hidden"), "still here\n");
    writeFileSync(join(root, "sub/a.txt"), "$Id$\none\n");
    writeFileSync(join(root, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x2e])]), "odd name");
    symlinkSync("../outside", join(root, "link"));
    const commit = repository.commit("all");
    const ran = join(fresh(), "ran");
    for (const kind of ["smudge", "clean", "process"]) repository.git("config", `filter.loud.${kind}`, `touch ${ran}`);
    writeFileSync(join(root, "sub/a.txt"), "changed since\n");
    const tree = await laidOut(repository, commit);
    expect(readFileSync(join(tree, "hidden"), "utf8")).toBe("still here\n");
    expect(readFileSync(join(tree, "sub/a.txt"), "utf8")).toBe("$Id$\none\n");
    expect(lstatSync(join(tree, "run.sh")).mode & 0o111).not.toBe(0);
    expect(readlinkSync(join(tree, "link"))).toBe("../outside");
    expect(readdirSync(Buffer.from(tree), "buffer").some((name) => name.equals(Buffer.from([0xff, 0x2e])))).toBe(true);
    expect(existsSync(ran)).toBe(false);
  });

  it("has an empty folder where a submodule is", async () => {
    const repository = makeRepository();
    repository.git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},libs/other`);
    repository.git("commit", "-q", "-m", "submodule");
    const tree = await laidOut(repository, repository.git("rev-parse", "HEAD"));
    expect(readdirSync(join(tree, "libs/other"))).toEqual([]);
  });

  it.each([".git", ".GIT", "..", "."])("refuses the name %s, which no tree has", async (name) => {
    const repository = makeRepository();
    const commit = oddCommit(repository, "100644", name, "[core]\n");
    await expect(laidOut(repository, commit)).rejects.toMatchObject({ code: "SOURCE_INVALID" });
  });

  it("refuses a commit whose objects are not all here", async () => {
    const repository = makeRepository();
    writeFileSync(join(repository.root, "a"), "a");
    const commit = repository.commit("a");
    const tree = repository.feed(`100644 blob ${"1".repeat(40)}\tgone\n`, "mktree", "--missing");
    const broken = repository.git("commit-tree", tree, "-m", "broken", "-p", commit);
    await expect(laidOut(repository, broken)).rejects.toMatchObject({
      code: "SOURCE_INVALID",
      message: expect.stringContaining("is missing"),
    });
  });

  it("is found in a shallow clone and in a linked work tree", async () => {
    const repository = makeRepository();
    writeFileSync(join(repository.root, "a"), "before");
    const before = repository.commit("before");
    writeFileSync(join(repository.root, "a"), "after");
    repository.commit("after");
    const linked = join(fresh(), "linked");
    repository.git("worktree", "add", "-q", linked);
    const clone = join(fresh(), "clone");
    repository.git("clone", "-q", "--depth", "1", `file://${repository.root}`, clone);
    expect(await openBase("HEAD~1", linked, fresh(), quietWorld())).toMatchObject({ kind: "ref", name: before });
    const shallow = await openBase("HEAD", clone, fresh(), quietWorld());
    expect(shallow.kind === "ref" && readFileSync(join(shallow.root, "a"), "utf8")).toBe("after");
    await expect(openBase("HEAD~1", clone, fresh(), quietWorld())).rejects.toMatchObject({ code: "USAGE_INVALID" });
  });

  it("is not guessed: a name that is a folder and a commit is refused, and so is one that is neither", async () => {
    const repository = makeRepository();
    repository.commit("empty");
    const world = { ...quietWorld(), cwd: fresh() };
    mkdirSync(join(world.cwd, "main"));
    const open = (text: string) => openBase(text, repository.root, fresh(), world);
    await expect(open("main")).rejects.toMatchObject({
      code: "USAGE_INVALID",
      message: expect.stringContaining("and a commit"),
    });
    expect(await open("./main")).toMatchObject({ kind: "tree", name: "main" });
    expect(await open("refs/heads/main")).toMatchObject({ kind: "ref" });
    await expect(open("nowhere")).rejects.toMatchObject({ code: "USAGE_INVALID" });
    await expect(open("--all")).rejects.toMatchObject({ code: "USAGE_INVALID" });
  });
});
