import { Buffer } from "node:buffer";
import type { Inventory } from "../../../schemas/inventory.ts";

/** Where gitleaks sees the names of all files and folders, below the scanned root: it looks at no name itself. */
export const NAMES_FILE = "names.txt";

/** Every path of the tree on a line of its own, as a JSON string: a name may hold a line feed. */
export function namesText({ files, leftOut }: Inventory): string {
  return [...files, ...leftOut].map(({ path }) => `${JSON.stringify(path)}\n`).join("");
}

/**
 * The path on a line (from 1) of {@link namesText}, up to the folder or file whose name ends at or after `column` (in bytes, from 1): a folder
 * stands before each of its files. Undefined when there is no such line.
 */
export function nameAt(text: string, line: number, column: number): string | undefined {
  const written = Buffer.from(text.split("\n")[line - 1] ?? "");
  if (written.length === 0) return undefined;
  const end = written.indexOf("/", column);
  return JSON.parse(end < 0 ? written.toString() : `${written.subarray(0, end)}"`) as string;
}
