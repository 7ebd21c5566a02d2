import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { GateError } from "../../schemas/error.ts";
import type { InventoryFile } from "../../schemas/inventory.ts";
import { bytesOfPath } from "./source-path.ts";

/**
 * Reads a file of the inventory again and checks that it is still the same bytes.
 * @throws GateError SOURCE_CHANGED when the file changed or vanished since the inventory was taken.
 */
export function readSourceFile(root: string, file: InventoryFile): Buffer {
  let content: Buffer;
  try {
    content = readRegularFile(Buffer.concat([Buffer.from(`${root}/`), bytesOfPath(file)]));
  } catch (cause) {
    throw changed(file, (cause as NodeJS.ErrnoException).code ?? String(cause), cause);
  }
  if (createHash("sha256").update(content).digest("hex") !== file.sha256) throw changed(file, "other content");
  return content;
}

function readRegularFile(place: Buffer): Buffer {
  const descriptor = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) throw new Error("no regular file any more");
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function changed(file: InventoryFile, found: string, cause?: unknown): GateError {
  return new GateError("SOURCE_CHANGED", `${file.path}: changed while it was read (${found})`, {
    cause,
    next: "run again when nothing writes to the source folder",
  });
}
