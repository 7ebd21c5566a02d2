import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { Problem } from "../../schemas/evidence.ts";
import type { HistorySummary } from "../../schemas/history.ts";
import { listCommits } from "./changes.ts";
import { type Git, openGit } from "./git.ts";
import { Incomplete } from "./incomplete.ts";
import { inspectObjects, readObjects } from "./objects.ts";
import { readTips } from "./refs.ts";
import { checkFormat, findRepository, type SourceRepository } from "./repository.ts";

export interface HistoryRequest {
  /** The source tree's root. */
  readonly root: string;
  /** A private folder of this run. */
  readonly scratch: string;
  /** Absolute path of git; null: there is none. */
  readonly program: string | null;
  readonly signal: AbortSignal;
}

/** A repository whose whole history can be gone through. */
export interface History {
  readonly summary: HistorySummary;
  readonly git: Git;
  /** Parents first; the same order in every run over the same commits. */
  readonly commits: readonly string[];
  /** Annotated tags; they have messages. */
  readonly tags: readonly string[];
  /** Trees and files that a tag names although no commit need lead to them. */
  readonly trees: readonly string[];
  readonly blobs: readonly string[];
}

/**
 * Opens the history of all refs of the repository in `root`. Commits that only a reflog knows, or nothing, are not part of it.
 * When it can't be had whole, `git` is absent and the summary says why.
 */
export async function openHistory(
  request: HistoryRequest,
): Promise<History | { readonly summary: HistorySummary; readonly git: null }> {
  try {
    const source = findRepository(request.root);
    if (request.program === null) throw new Incomplete("found no git on PATH", "install git");
    mkdirSync(request.scratch, { recursive: true, mode: 0o700 });
    const options = { program: request.program, scratch: request.scratch, signal: request.signal };
    return await read(openGit(options, source.objects), source);
  } catch (error) {
    return { summary: { commits: 0, sha256: digestOf([]), problems: [problemOf(error)] }, git: null };
  }
}

/** The reason why a history is incomplete. Anything else is thrown again. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Incomplete) return error.problem;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
  return new Incomplete(`.git can't be read (${code})`, "make it readable, or scan a fresh full clone").problem;
}

async function read(git: Git, source: SourceRepository): Promise<History> {
  await checkFormat(git, source);
  const found = { commit: new Set<string>(), tag: new Set<string>(), tree: new Set<string>(), blob: new Set<string>() };
  let tips = readTips(source.gitDir);
  while (tips.length > 0) {
    for (const { oid, type } of (await inspectObjects(git, tips)).values()) {
      if (!isKnown(type)) throw new Incomplete(`object ${oid}: found a ${type}`, "see git fsck");
      found[type].add(oid);
    }
    const further = new Set<string>();
    const tagged = tips.filter((oid) => found.tag.has(oid));
    for await (const { oid, content } of tagged.length === 0 ? [] : readObjects(git, tagged)) {
      const target = /^object ([0-9a-f]{40})\n/.exec(content.toString("latin1", 0, 60))?.[1];
      if (target === undefined) throw new Incomplete(`tag ${oid}: names no object`, "see git fsck");
      if (!found.tag.has(target)) further.add(target);
    }
    tips = [...further];
  }
  const commits = await listCommits(git, [...found.commit].sort());
  const [tags, trees, blobs] = [[...found.tag].sort(), [...found.tree].sort(), [...found.blob].sort()];
  const summary = {
    commits: commits.length,
    sha256: digestOf([...commits, ...tags, ...trees, ...blobs]),
    problems: [],
  };
  return { summary, git, commits, tags, trees, blobs };
}

function isKnown(type: string): type is "commit" | "tag" | "tree" | "blob" {
  return ["commit", "tag", "tree", "blob"].includes(type);
}

function digestOf(oids: readonly string[]): string {
  return createHash("sha256").update(oids.toSorted().join("\n")).digest("hex");
}
