import { Buffer } from "node:buffer";
import type { Problem } from "../../../schemas/evidence.ts";
import type { Inventory } from "../../../schemas/inventory.ts";
import type { StagedCopy, Step } from "../../../schemas/step.ts";
import { stagedWindowBytes } from "../../tree/windows.ts";
import { isNamesFile } from "./path-names.ts";
import type { SecretReport } from "./reader.ts";
import { RULES_BYTES } from "./rules.ts";

/** gitleaks names no file that it read, but counts their bytes: fewer than were given to it, and something was not read. */
export function bytesProblems({ bytes }: SecretReport, inventory: Inventory, step: Step | undefined): Problem[] {
  const expected = leastBytes(inventory, step);
  if (bytes >= expected) return [];
  const message = `gitleaks: says that it read ${bytes} bytes, expected ${expected}: not all files were scanned`;
  return [{ code: "coverage-gap", message, next: "run again on a tree that nobody writes to" }];
}

/** Bytes of all that it must read: texts in place, copies of those that it would pass over, windows of those that it cuts, our configuration; not the names, which the reader has taken off. */
function leastBytes(inventory: Inventory, step: Step | undefined): number {
  const { copies = [], files = {} } = step?.staging ?? {};
  const wholes = copies.filter(({ windows }) => windows === undefined);
  const transformOf = new Map(wholes.map(({ source, transform }) => [keyOf(source), transform]));
  const inWindows = copies.map(({ windows }) => (windows === undefined ? 0 : stagedWindowBytes(windows.size)));
  const texts = inventory.files.filter(({ encoding }) => encoding !== "binary");
  const inTree = texts.map((file) => leastSize(file.size, transformOf.get(keyOf(file)) ?? "none"));
  const own = Object.entries(files).map(([name, text]) => (isNamesFile(name) ? 0 : Buffer.byteLength(text)));
  return sum(inTree) + sum(inWindows) + sum(own) + RULES_BYTES;
}

function keyOf({ path, pathBytes }: { path: string; pathBytes?: string | undefined }): string {
  return pathBytes ?? `text ${path}`;
}

/** A text in UTF-16 takes at least half as many bytes in UTF-8, without its mark. */
function leastSize(size: number, transform: StagedCopy["transform"]): number {
  if (transform === "utf-16-to-utf-8") return Math.max(0, Math.floor((size - 2) / 2));
  return transform === "prefix-newline" ? size + 1 : size;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
