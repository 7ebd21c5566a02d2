import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { HISTORY_CANARIES } from "../tree/staged-history.ts";

/** Commits of ours in our repository, each of which brings the same made-up text in another way. */
export interface HistoryCanaries {
  readonly tip: string;
  /** Which way a commit brought it, by the commit's name. */
  readonly ways: ReadonlyMap<string, string>;
}

/**
 * Writes four commits into `objects`, the same in every run; `text` is what the scanner must find in three of them.
 * They are no part of what is counted or reported.
 */
export function writeCanaries(objects: string, text: string): HistoryCanaries {
  const attributes = write(objects, "blob", Buffer.from("* -diff -text binary\n"));
  const plain = write(objects, "blob", Buffer.from("first line\n"));
  const added = write(objects, "blob", Buffer.from(`first line\n${text}`));
  const merged = write(objects, "blob", Buffer.from(text));
  const folder = (...files: readonly (readonly [string, string])[]) => write(objects, "tree", treeOf(files));
  const base = [".gitattributes", attributes] as const;
  const root = write(objects, "commit", commitOf(folder(base, ["canary.txt", plain]), [], "root\n"));
  const left = write(objects, "commit", commitOf(folder(base, ["canary.txt", added]), [root], "left\n"));
  const right = write(objects, "commit", commitOf(folder(base, ["canary.txt", plain]), [root], text));
  const tree = folder(base, ["canary.txt", added], ["merged.txt", merged]);
  const tip = write(objects, "commit", commitOf(tree, [left, right], "merge\n"));
  const [one, two, three] = HISTORY_CANARIES;
  return {
    tip,
    ways: new Map([
      [root, ""],
      [left, one],
      [tip, two],
      [right, three],
    ]),
  };
}

function treeOf(files: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(files.flatMap(([name, oid]) => [Buffer.from(`100644 ${name}\0`), Buffer.from(oid, "hex")]));
}

function commitOf(tree: string, parents: readonly string[], message: string): Buffer {
  const person = "supply-gate <canary> 0 +0000";
  const lines = [
    `tree ${tree}`,
    ...parents.map((oid) => `parent ${oid}`),
    `author ${person}`,
    `committer ${person}`,
    "",
    message,
  ];
  return Buffer.from(lines.join("\n"));
}

function write(objects: string, type: string, content: Buffer): string {
  const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const oid = createHash("sha1").update(bytes).digest("hex");
  mkdirSync(join(objects, oid.slice(0, 2)), { recursive: true, mode: 0o700 });
  writeFileSync(join(objects, oid.slice(0, 2), oid.slice(2)), deflateSync(bytes));
  return oid;
}
