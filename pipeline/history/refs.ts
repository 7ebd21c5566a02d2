import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { joinPath, kindOfEntry } from "./entry.ts";
import { Incomplete } from "./incomplete.ts";

/**
 * Object names that the refs of a repository point to: packed and loose refs of any name, HEAD, and those of its work trees. Sorted.
 * They are read here and not by git, which passes over a ref whose name it does not like.
 * @throws Incomplete for a ref that is no plain file or holds something else than an object's name
 */
export function readTips(gitDir: string): string[] {
  const tips = new Set<string>();
  const root = Buffer.from(gitDir);
  addPacked(joinPath(root, "packed-refs"), tips);
  addRefsOf(root, tips);
  const worktrees = joinPath(root, "worktrees");
  if (kindOfEntry(worktrees) === "folder") {
    for (const { name } of readdirSync(worktrees, { withFileTypes: true, encoding: "buffer" })) {
      addRefsOf(joinPath(worktrees, name), tips);
    }
  }
  return [...tips].sort();
}

function addRefsOf(folder: Buffer, tips: Set<string>): void {
  const head = joinPath(folder, "HEAD");
  if (kindOfEntry(head) !== "nothing") addLoose(head, tips);
  const folders = [joinPath(folder, "refs")];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const kind = kindOfEntry(next);
    if (kind === "nothing") continue;
    if (kind !== "folder") throw odd(next, "it is no folder");
    for (const { name } of readdirSync(next, { withFileTypes: true, encoding: "buffer" })) {
      const place = joinPath(next, name);
      if (lstatSync(place).isDirectory()) folders.push(place);
      else addLoose(place, tips);
    }
  }
}

function addLoose(place: Buffer, tips: Set<string>): void {
  if (kindOfEntry(place) !== "file") throw odd(place, "it is no plain file");
  const text = readFileSync(place, "latin1");
  const oid = /^([0-9a-f]{40})\s*$/.exec(text)?.[1];
  if (oid !== undefined) tips.add(oid);
  // What a symbolic ref names is a ref too, and is read as one. A lock without content is a writer's, not a ref.
  else if (!text.startsWith("ref: ") && !(text === "" && place.toString("latin1").endsWith(".lock"))) {
    throw odd(place, "it holds no object's name");
  }
}

function addPacked(place: Buffer, tips: Set<string>): void {
  const kind = kindOfEntry(place);
  if (kind === "nothing") return;
  if (kind !== "file") throw odd(place, "it is no plain file");
  for (const line of readFileSync(place, "latin1").split("\n")) {
    const oid = /^([0-9a-f]{40}) ./.exec(line)?.[1];
    if (oid !== undefined) tips.add(oid);
    // A line with a caret repeats what the tag before it points to.
    else if (!/^(#.*|\^[0-9a-f]{40}|)$/.test(line)) throw odd(place, "a line of it names no object");
  }
}

function odd(place: Buffer, found: string): Incomplete {
  const name = place.toString("utf8").split("/").slice(-3).join("/");
  return new Incomplete(
    `ref ${JSON.stringify(name)}: ${found}`,
    "mend or delete that ref (git for-each-ref, git fsck)",
  );
}
