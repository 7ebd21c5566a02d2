import type { Git } from "./git.ts";
import { Incomplete } from "./incomplete.ts";

/** A file that a commit brings in a form that none of its parents has at that path. */
export interface Change {
  readonly path: Buffer;
  /** Git's octal mode: 100644, 100755, 120000 (link), 160000 (another repository's commit). */
  readonly mode: string;
  readonly oid: string;
  /** What stands at that path in the parents that have it. */
  readonly before: readonly string[];
}

export interface CommitChanges {
  readonly commit: string;
  readonly changes: readonly Change[];
}

/**
 * All commits that the tips reach, parents first. The order depends on the commits alone.
 * @throws Incomplete when one is missing
 */
export async function listCommits(git: Git, tips: readonly string[]): Promise<string[]> {
  if (tips.length === 0) return [];
  const commits: string[] = [];
  const oids = tips.map((oid) => `${oid}\n`);
  for await (const line of split(git.stream(["rev-list", "--topo-order", "--reverse", "--stdin"], oids), 10)) {
    commits.push(line.toString("latin1"));
  }
  return commits;
}

/**
 * What each commit changes, in the order given; of a merge what differs from every parent (the rest came with a parent).
 * Paths come as bytes between NULs: no name can pass for something else.
 * @throws Incomplete when an object is missing, a commit left out, or there is too much to go through
 */
export async function* listChanges(git: Git, commits: readonly string[]): AsyncGenerator<CommitChanges> {
  if (commits.length === 0) return;
  const flags = ["--stdin", "-z", "-r", "-c", "--root", "--always", "--raw", "--no-abbrev", "--no-renames"];
  const oids = commits.map((oid) => `${oid}\n`);
  let next = 0;
  let total = 0;
  let open: { commit: string; changes: Change[] } | undefined;
  let meta: string | undefined;
  for await (const token of split(git.stream(["diff-tree", ...flags], oids), 0)) {
    if (meta !== undefined) {
      const change = changeOf(meta, token);
      if (change !== undefined) open?.changes.push(change);
      meta = undefined;
      total += 1;
      if (total > MAX_CHANGES) {
        throw new Incomplete(`more than ${MAX_CHANGES} changed files`, "scan a smaller repository");
      }
    } else if (token[0] === COLON && open !== undefined) meta = token.toString("latin1");
    else {
      if (open !== undefined) yield open;
      open = { commit: token.toString("latin1"), changes: [] };
      if (open.commit !== commits[next])
        throw new Incomplete(`commit ${commits[next]}: git left it out`, "see git fsck");
      next += 1;
    }
  }
  if (open !== undefined) yield open;
  if (next !== commits.length || meta !== undefined) {
    throw new Incomplete(`git told of ${next} of ${commits.length} commits`, "see git fsck");
  }
}

/**
 * Every file of a tree that no commit leads to: a tag may name one.
 * @throws Incomplete when an object is missing
 */
export async function listTree(git: Git, tree: string): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const entry of split(git.stream(["ls-tree", "-r", "-z", "--full-tree", tree]), 0)) {
    const tab = entry.indexOf(9);
    const [mode = "", , oid = ""] = entry.toString("latin1", 0, tab).split(" ");
    changes.push({ path: Buffer.from(entry.subarray(tab + 1)), mode, oid, before: [] });
    if (changes.length > MAX_CHANGES) throw new Incomplete(`tree ${tree}: too many files`, "delete that tag");
  }
  return changes;
}

/** A tree of ten levels can be built of ten objects and have ten thousand million paths. */
const MAX_CHANGES = 5_000_000;

const COLON = 58;

/** `:oldmode newmode oldoid newoid status`, with as many colons, modes and objects before as there are parents. */
function changeOf(meta: string, path: Buffer): Change | undefined {
  const parents = /^:+/.exec(meta)?.[0].length ?? 0;
  const fields = meta.slice(parents).split(" ");
  const mode = fields[parents] ?? "";
  const oids = fields.slice(parents + 1, parents * 2 + 2);
  const oid = oids[parents] ?? "";
  if (!/^[0-7]{6}$/.test(mode) || !/^[0-9a-f]{40}$/.test(oid) || fields.length !== parents * 2 + 3) {
    throw new Incomplete("git wrote a change in a form that is not known", "report this as a bug");
  }
  if (/^0+$/.test(oid)) return undefined;
  const modes = fields.slice(0, parents);
  const before = oids.slice(0, parents).filter((old, index) => !/^0+$/.test(old) && modes[index] !== SUBMODULE);
  return before.includes(oid) ? undefined : { path: Buffer.from(path), mode, oid, before };
}

/** Mode of an entry that names a commit of another repository. */
export const SUBMODULE = "160000";

/** Pieces of a stream that each end with one byte. */
async function* split(chunks: AsyncIterable<Buffer>, end: number): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(end); at >= 0; at = chunk.indexOf(end, from)) {
      yield rest.length === 0 ? chunk.subarray(from, at) : Buffer.concat([...rest, chunk.subarray(from, at)]);
      rest = [];
      from = at + 1;
    }
    if (from < chunk.length) rest.push(Buffer.from(chunk.subarray(from)));
  }
  if (rest.length > 0) throw new Incomplete("git ended in the middle of a line", "see git fsck");
}
