import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";

/**
 * Size, mode, both times (nanoseconds) and inode of every file below a folder, as one digest. While it stays equal nobody wrote to a file,
 * took one away or added one: the change time can't be set from outside.
 */
export function fingerprintOf(dir: string): string {
  const hash = createHash("sha256");
  const visit = (folder: string, name: string): void => {
    const entries = readdirSync(folder).sort();
    const files = [name];
    const folders: string[] = [];
    const numbers = new BigUint64Array(entries.length * 5);
    for (const entry of entries) {
      const stat = lstatSync(`${folder}/${entry}`, { bigint: true });
      if (stat.isDirectory()) folders.push(entry);
      else numbers.set([stat.mode, stat.size, stat.mtimeNs, stat.ctimeNs, stat.ino], (files.push(entry) - 2) * 5);
    }
    // As numbers: writing 200,000 of them as text would take as long as asking for them.
    hash.update(files.join("\n")).update(numbers);
    for (const entry of folders) visit(`${folder}/${entry}`, `${name}/${entry}\n`);
  };
  visit(dir, "\n");
  return hash.digest("hex");
}

/** All files of a folder: `text` has a line `<sha256> <mode> <size> <path>` for each, by path; `digest` is over that text. */
export interface FileList {
  readonly text: string;
  readonly digest: string;
  readonly files: number;
  /** Sum of sizes. */
  readonly bytes: number;
}

/**
 * Reads and digests every file below a folder. Of a link it is the link, not what it leads to.
 * @throws the signal's reason
 */
export async function listFiles(dir: string, signal: AbortSignal): Promise<FileList> {
  const lines: { path: string; line: string }[] = [];
  let bytes = 0;
  const visit = async (folder: string): Promise<void> => {
    await breathe();
    signal.throwIfAborted();
    for (const entry of readdirSync(`${dir}/${folder}`)) {
      const path = folder === "" ? entry : `${folder}/${entry}`;
      const stat = lstatSync(`${dir}/${path}`);
      if (stat.isDirectory()) {
        await visit(path);
        continue;
      }
      const link = stat.isSymbolicLink();
      // A pipe put there would let us wait for ever.
      const content = link ? readlinkSync(`${dir}/${path}`) : stat.isFile() ? readFileSync(`${dir}/${path}`) : "";
      const mode = link ? "link" : stat.isFile() ? (stat.mode & 0o7777).toString(8).padStart(4, "0") : "special";
      const sha256 = createHash("sha256").update(content).digest("hex");
      lines.push({ path, line: `${sha256} ${mode} ${content.length} ${path}\n` });
      bytes += content.length;
    }
  };
  await visit("");
  lines.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const text = lines.map(({ line }) => line).join("");
  return { text, digest: createHash("sha256").update(text).digest("hex"), files: lines.length, bytes };
}

/** The first file in which two lists differ, and how. */
export function firstDifference(before: string, after: string): string {
  const was = byPath(before);
  const is = byPath(after);
  for (const path of [...new Set([...was.keys(), ...is.keys()])].sort()) {
    if (was.get(path) === is.get(path)) continue;
    const how = !is.has(path) ? "is gone" : !was.has(path) ? "was added" : "was changed";
    return `${path} ${how}`;
  }
  return "the list of files itself was changed";
}

function byPath(text: string): Map<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.split(" ").slice(3).join(" "), line] as const));
}
