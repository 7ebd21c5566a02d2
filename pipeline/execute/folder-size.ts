import { type Dirent, lstatSync, readdirSync } from "node:fs";

/** Bytes of all files below a folder that another process may be changing; links are not followed, what is gone counts as nothing. */
export function folderSize(folder: string): number {
  return sizeBelow(Buffer.from(folder));
}

function sizeBelow(folder: Buffer): number {
  let bytes = 0;
  for (const entry of whileThere(() => readdirSync(folder, { withFileTypes: true, encoding: "buffer" }), [])) {
    const path = Buffer.concat([folder, Buffer.from("/"), entry.name]);
    bytes += entry.isDirectory() ? sizeBelow(path) : sizeOf(entry, path);
  }
  return bytes;
}

function sizeOf(entry: Dirent<Buffer>, path: Buffer): number {
  return entry.isFile() ? whileThere(() => lstatSync(path).size, 0) : 0;
}

function whileThere<T>(read: () => T, gone: T): T {
  try {
    return read();
  } catch (cause) {
    // A folder that the tool closed to us (EACCES) can't be read as a report either, which is an error of its own then.
    if (["ENOENT", "ENOTDIR", "EACCES"].includes((cause as NodeJS.ErrnoException).code ?? "")) return gone;
    throw cause;
  }
}
