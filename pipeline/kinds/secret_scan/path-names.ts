import { Buffer } from "node:buffer";
import type { Inventory } from "../../../schemas/inventory.ts";
import { SINGLE_CHUNK_BYTES } from "../../tree/chunks.ts";

/** Where gitleaks sees the names of all files and folders, below the scanned root: it looks at no name itself. */
export const NAMES_FILE = "names.txt";

/** Whether a text beside the tree is such a list. */
export function isNamesFile(name: string): boolean {
  return /^names(-\d+)?\.txt$/.test(name);
}

/**
 * Every path of the tree on a line of its own, as a JSON string: a name may hold a line feed. In as many files as it takes for gitleaks to look
 * at each as a whole: it sees nothing of a secret that it cuts.
 */
export function namesTexts({ files, leftOut }: Inventory): Record<string, string> {
  const texts: string[][] = [[]];
  let bytes = 0;
  for (const { path } of [...files, ...leftOut]) {
    const line = `${JSON.stringify(path)}\n`;
    bytes += Buffer.byteLength(line);
    if (bytes > SINGLE_CHUNK_BYTES) {
      texts.push([]);
      bytes = Buffer.byteLength(line);
    }
    texts.at(-1)?.push(line);
  }
  return Object.fromEntries(
    texts.map((lines, index) => [index === 0 ? NAMES_FILE : `names-${index}.txt`, lines.join("")]),
  );
}

/**
 * The path on a line (from 1) of such a list, up to the folder or file whose name ends at or after `column` (in bytes, from 1): a folder
 * stands before each of its files. Undefined when there is no such line.
 */
export function nameAt(text: string, line: number, column: number): string | undefined {
  const written = Buffer.from(text.split("\n")[line - 1] ?? "");
  if (written.length === 0) return undefined;
  const end = written.indexOf("/", column);
  return JSON.parse(end < 0 ? written.toString() : `${written.subarray(0, end)}"`) as string;
}
