import type { IgnoredReason } from "../../../schemas/license-fact.ts";

/** One entry of an archive, as its reader found it. */
export interface Entry {
  readonly name: string;
  readonly kind: "file" | "folder" | "symlink" | "hardlink" | "special-file";
  readonly size: number;
}

/** What takes an archive apart, entry by entry. */
export interface Visitor {
  /** Whether the entry's content is wanted. */
  wants(entry: Entry): boolean;
  /** The content of an entry that is wanted. */
  file(entry: Entry, content: Buffer): void;
}

/** An entry's path inside the archive, `/` between parts; or why it is none. */
export function pathOfEntry(name: string): { readonly path: string } | { readonly reason: IgnoredReason } {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(name)) return { reason: "absolute" };
  if (name.split(/[/\\]/).includes("..")) return { reason: "traversal" };
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  return { path: parts.join("/") };
}
