import { Buffer } from "node:buffer";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BundlePath } from "../../../schemas/protocol/bundle-index.ts";
import { visible } from "../../findings/visible.ts";
import { byCodeUnit } from "./order.ts";

export interface FolderContent {
  /** Paths of the regular files, sorted by code unit. */
  readonly files: readonly string[];
  /** What is neither file nor folder, or has a name that is not the same on every system. */
  readonly strange: readonly { readonly path: string; readonly reason: string }[];
}

/** What lies below a folder; links are not followed. `skip` is asked for each path before it is looked at. @throws Error of the file system */
export function filesBelow(root: string, skip: (path: string) => boolean = () => false): FolderContent {
  const files: string[] = [];
  const strange: { path: string; reason: string }[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const bytes of readdirSync(join(root, folder), { encoding: "buffer" })) {
      const name = bytes.toString("utf8");
      const path = folder === "" ? name : `${folder}/${name}`;
      if (skip(path)) continue;
      const reason = strangeName(bytes, name, path) ?? strangeType(join(root, path));
      if (reason === "folder") folders.push(path);
      else if (reason === "file") files.push(path);
      else strange.push({ path: visible(path), reason });
    }
  }
  return { files: files.sort(byCodeUnit), strange: strange.sort((a, b) => byCodeUnit(a.path, b.path)) };
}

function strangeName(bytes: Buffer, name: string, path: string): string | undefined {
  if (!Buffer.from(name).equals(bytes)) return "its name is no UTF-8";
  const found = BundlePath.safeParse(path);
  return found.success ? undefined : `its name is not the same on every system: ${found.error.issues[0]?.message}`;
}

function strangeType(path: string): string {
  const found = lstatSync(path);
  if (found.isDirectory()) return "folder";
  if (found.isFile()) return "file";
  return found.isSymbolicLink() ? "found a symbolic link, expected a file" : "found a special file, expected a file";
}
