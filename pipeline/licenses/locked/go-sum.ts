import { hashOfSum } from "../integrity.ts";
import type { LockedArchive } from "./locked-archive.ts";

/** The archives of a `go.sum`: the lines of modules, not those of their go.mod files alone. Versions without their `v`. */
export function archivesOfGoSum(text: string): LockedArchive[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [name, version, sum] = line.trim().split(/\s+/);
    if (name === undefined || version === undefined || sum === undefined || version.endsWith("/go.mod")) return [];
    const hash = hashOfSum(sum);
    return [{ name, version: version.replace(/^v/, ""), anyOf: hash === undefined ? [] : [hash] }];
  });
}
