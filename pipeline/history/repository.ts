import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kindOfEntry } from "./entry.ts";
import type { Git } from "./git.ts";
import { Incomplete } from "./incomplete.ts";

/** Folders of a source's repository that are real folders with plain files in them. */
export interface SourceRepository {
  readonly gitDir: string;
  readonly objects: string;
}

/**
 * Looks at `.git` of a source tree by its files alone; git is not asked.
 * @throws Incomplete with the reason when the history is not all here, or can't be read without following somebody's links
 */
export function findRepository(root: string): SourceRepository {
  const gitDir = join(root, ".git");
  const kind = kindOfEntry(gitDir);
  if (kind === "nothing")
    throw new Incomplete("found no .git", "name the root of a git work tree, or leave out --history");
  if (kind === "file") {
    throw new Incomplete(
      ".git is a file: a linked work tree or a submodule",
      "scan the main work tree, or a full clone",
    );
  }
  if (kind !== "folder") throw new Incomplete(".git is a link or no folder", "scan the folder that it stands for");
  if (kindOfEntry(join(gitDir, "shallow")) !== "nothing") {
    throw new Incomplete("a shallow clone: earlier commits are not here", "git fetch --unshallow");
  }
  if (kindOfEntry(join(gitDir, "reftable")) !== "nothing" || kindOfEntry(join(gitDir, "commondir")) !== "nothing") {
    throw new Incomplete(
      "refs are kept in a form that is not read",
      "git refs migrate --ref-format=files, or a full clone",
    );
  }
  const objects = join(gitDir, "objects");
  checkObjects(objects);
  return { gitDir, objects };
}

/** Every object file must be a plain one: a link leads out of the tree, and opening a pipe never returns. */
function checkObjects(objects: string): void {
  if (kindOfEntry(objects) !== "folder") throw new Incomplete(".git/objects is no folder", FRESH);
  for (const { name } of plain(objects, "")) {
    const folder = join(objects, name);
    if (!/^([0-9a-f]{2}|pack|info)$/.test(name)) continue;
    if (kindOfEntry(folder) !== "folder") throw new Incomplete(`.git/objects/${name} is no folder`, FRESH);
    plain(folder, `${name}/`);
  }
  const borrowed = join(objects, "info/alternates");
  if (kindOfEntry(borrowed) === "nothing") return;
  if (readFileSync(borrowed, "latin1").trim() === "") return;
  throw new Incomplete(
    "objects are borrowed from another repository (objects/info/alternates)",
    "git repack -a -d && rm .git/objects/info/alternates",
  );
}

const FRESH = "scan a fresh full clone";

function plain(folder: string, shown: string) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (odd === undefined) return entries;
  throw new Incomplete(`.git/objects/${JSON.stringify(shown + odd.name)} is a link or no plain file`, FRESH);
}

/**
 * Refuses a repository whose format this git or this reader would misunderstand.
 * @throws Incomplete
 */
export async function checkFormat(git: Git, { gitDir }: SourceRepository): Promise<void> {
  const config = join(gitDir, "config");
  const kind = kindOfEntry(config);
  if (kind === "nothing") return;
  if (kind !== "file") throw new Incomplete(".git/config is no plain file", FRESH);
  const chunks: Buffer[] = [];
  for await (const chunk of git.stream(["config", "--file", config, "--no-includes", "--list", "-z"]))
    chunks.push(chunk);
  for (const line of Buffer.concat(chunks).toString("utf8").split("\0")) {
    const [key = "", value = ""] = line.split("\n");
    if (!isUnderstood(key.toLowerCase(), value.toLowerCase())) {
      throw new Incomplete(`repository format ${key}=${JSON.stringify(value)} is not read`, FRESH);
    }
  }
}

/** Values of `extensions.*` that change neither objects nor refs; null: whatever the value. */
const EXTENSIONS: Readonly<Record<string, string | null>> = {
  noop: null,
  preciousobjects: null,
  // What such a clone lacks shows as missing objects.
  partialclone: null,
  worktreeconfig: null,
  relativeworktrees: null,
  objectformat: "sha1",
  refstorage: "files",
};

function isUnderstood(key: string, value: string): boolean {
  if (key === "core.repositoryformatversion") return value === "0" || value === "1";
  if (!key.startsWith("extensions.")) return true;
  const known = Object.entries(EXTENSIONS).find(([name]) => key === `extensions.${name}`);
  return known !== undefined && (known[1] === null || known[1] === value);
}
