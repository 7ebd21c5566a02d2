import { lstatSync } from "node:fs";

/** A place below another; names in a repository may be no UTF-8. */
export function joinPath(folder: Buffer, name: string | Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from("/"), typeof name === "string" ? Buffer.from(name) : name]);
}

/** What lies at a place, no link followed. */
export function kindOfEntry(place: Buffer | string): "nothing" | "file" | "folder" | "link" | "other" {
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found === undefined) return "nothing";
  if (found.isFile()) return "file";
  if (found.isDirectory()) return "folder";
  return found.isSymbolicLink() ? "link" : "other";
}
