import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Inventory, InventoryFile } from "../../../schemas/inventory.ts";

/** Where a hostile thing is made: a tree, the file that its program would write if it ever ran, and a folder beside the tree. */
export interface HostilePlace {
  readonly root: string;
  readonly marker: string;
  readonly outside: string;
}

/** One thing in a tree that could configure, blind, crash, slow or take over a scanner, and what must be said about it. */
export interface Hostile {
  readonly name: string;
  make(place: HostilePlace): void;
  /** Why it can't be made here; absent where it can. */
  readonly unavailable?: string | undefined;
  /** Entries that are named instead of walked, by path. */
  readonly leftOut?: Readonly<Record<string, Inventory["leftOut"][number]["reason"]>>;
  /** Files whose content is known not to be scanned, by path. */
  readonly unscanned?: Readonly<Record<string, NonNullable<InventoryFile["unscanned"]>>>;
  /** Lockfiles that must be refused, never read in part. */
  readonly broken?: readonly string[];
  /** Files in which a token lies that must be found all the same. */
  readonly secrets?: readonly string[];
  /** Two readers don't see the same in it: the jobs that need lockfiles say so. */
  readonly ambiguous?: boolean;
}

/** A token that opens nothing, made at run time. */
export const TOKEN = ["ghp", "k3Vb8NqYw2LxT7rJm5ZcH9sDf4GpA6uEoXtQ"].join("_");
export const TOKEN_LINE = `token = "${TOKEN}"\n`;

/** Writes a file of the tree, with the folders above it. */
export function put(root: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** A shell program that leaves a trace when it is run. */
export function program(marker: string): string {
  return `#!/bin/sh\necho ran >> '${marker}'\n`;
}

export const isRoot = process.getuid?.() === 0;
