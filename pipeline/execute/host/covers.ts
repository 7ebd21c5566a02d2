import { lstatSync, type Stats } from "node:fs";
import type { SourcePath } from "../../../schemas/common.ts";
import { GateError } from "../../../schemas/error.ts";
import { bytesOfPath } from "../../tree/source-path.ts";
import { type Cover, coversFit } from "./bubblewrap.ts";
import { joinBytes } from "./path-bytes.ts";

/**
 * How hidden entries are covered by mounts at `/scan/tree`; null when they can't be (too many, or a link among them, since a
 * mount would land on what it points to): then the tree has to be copied. What is not there needs no cover.
 */
export function coversOf(source: string, hide: readonly SourcePath[]): Cover[] | null {
  const covers: Cover[] = [];
  for (const entry of hide) {
    const path = bytesOfPath(entry);
    const found = look(joinBytes(source, path), entry);
    if (found?.isSymbolicLink()) return null;
    if (found !== undefined) covers.push({ path: joinBytes("/scan/tree", path), folder: found.isDirectory() });
  }
  return coversFit(covers) ? covers : null;
}

function look(path: Buffer, { path: shown }: SourcePath): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    const message = `${shown}: changed since the plan was made: it can't be looked at (${(cause as NodeJS.ErrnoException).code})`;
    throw new GateError("SOURCE_CHANGED", message, { cause, next: "run again on a tree that nobody writes to" });
  }
}
