import { Buffer } from "node:buffer";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { GateError } from "../../schemas/error.ts";
import { locate } from "../execute/host/sandbox.ts";
import { visible } from "../findings/visible.ts";
import { joinPath } from "../history/entry.ts";
import { type Git, openGit } from "../history/git.ts";
import { Incomplete } from "../history/incomplete.ts";
import { readObjects } from "../history/objects.ts";
import { objectsOf } from "./git.ts";
import type { World } from "./world.ts";

/** A commit of the repository in `root`. */
export interface CommitRequest {
  readonly root: string;
  readonly commit: string;
  /** A private folder of this run. */
  readonly scratch: string;
}

/**
 * Lays out the tree of a commit in the new folder `to`, byte for byte as it is stored: no filter, attribute or configuration of the
 * repository is obeyed. A submodule is an empty folder, an LFS file its pointer.
 * @throws GateError SOURCE_INVALID when it can't be had whole, or holds names or sizes that no tree has
 */
export async function layOutCommit({ root, commit, scratch }: CommitRequest, to: string, world: World): Promise<void> {
  await reading(commit, async () => {
    const git = privateGit(root, scratch, world);
    mkdirSync(to, { recursive: true, mode: 0o700 });
    const entries = parsed(await whole(git, ["ls-tree", "-r", "-z", "--full-tree", commit]));
    const place = (path: Buffer) => joinPath(Buffer.from(to), path);
    for (const { path, mode } of entries) {
      const end = path.lastIndexOf(47);
      if (end > 0) mkdirSync(place(path.subarray(0, end)), { recursive: true });
      if (mode === SUBMODULE) mkdirSync(place(path));
    }
    const stored = entries.filter(({ mode }) => mode !== SUBMODULE);
    const links: (readonly [Buffer, Buffer])[] = [];
    let bytes = 0;
    let at = 0;
    const oids = stored.map(({ oid }) => oid);
    for await (const { content } of readObjects(git, oids)) {
      const { path, mode } = stored[at++] as Entry;
      bytes += content.length;
      if (bytes > MOST_BYTES) throw new Incomplete("more than 16 GiB of files", "name a folder instead");
      if (mode === LINK) links.push([content, place(path)]);
      else writeFileSync(place(path), content, { flag: "wx", mode: mode === PROGRAM ? 0o755 : 0o644 });
    }
    // At last, so that nothing is written through one.
    for (const [target, path] of links) symlinkSync(target, path);
  });
}

/** Every commit that a commit stands on, itself included. @throws GateError SOURCE_INVALID when they are not all here */
export async function ancestorsOf(request: CommitRequest, world: World): Promise<ReadonlySet<string>> {
  const { root, commit, scratch } = request;
  return await reading(commit, async () => {
    const text = await whole(privateGit(root, scratch, world), ["rev-list", commit]);
    return new Set(text.toString("latin1").trimEnd().split("\n"));
  });
}

function privateGit(root: string, scratch: string, { env, signal }: World): Git {
  const program = locate("git", env["PATH"] ?? "", root);
  if (program === null) throw new Incomplete("found no git on PATH", "install git");
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  return openGit({ program, scratch, signal }, objectsOf(root, env["PATH"]));
}

async function reading<T>(commit: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Incomplete)) throw cause;
    const message = cause.problem.message.replace(/^history: /, "");
    throw new GateError("SOURCE_INVALID", `--base: commit ${commit.slice(0, 12)} can't be read: ${message}`, {
      cause,
      next: "fetch it whole (git fetch), or name a folder with that tree as --base",
    });
  }
}

async function whole(git: Git, args: readonly string[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of git.stream(args)) {
    size += chunk.length;
    if (size > MOST_LISTED) throw new Incomplete("more entries than any real tree has", "name a folder instead");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const MOST_LISTED = 512 * 1024 ** 2;
const MOST_BYTES = 16 * 1024 ** 3;

interface Entry {
  readonly mode: string;
  readonly oid: string;
  readonly path: Buffer;
}

const [PROGRAM, LINK, SUBMODULE] = ["100755", "120000", "160000"];

/** Entries of `ls-tree -z`: `100644 blob <oid>\t<path>`. A tree object may hold any name; only git's own commands refuse the odd ones. */
function parsed(listing: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let start = 0; start < listing.length; ) {
    const end = listing.indexOf(0, start);
    const tab = listing.indexOf(9, start);
    if (end < 0 || tab < 0 || tab > end) throw new Incomplete("git answered something else", "see git fsck");
    const [mode = "", , oid = ""] = listing.toString("latin1", start, tab).split(" ");
    const path = listing.subarray(tab + 1, end);
    for (const part of path.toString("latin1").split("/")) {
      if (part === "" || part === "." || part === ".." || part.toLowerCase() === ".git") {
        throw new Incomplete(`found the name ${visible(path.toString("utf8"))}, which no tree has`, "see git fsck");
      }
    }
    entries.push({ mode, oid, path });
    start = end + 1;
  }
  return entries;
}
