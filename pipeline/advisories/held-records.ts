import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DATABASE_FOLDERS } from "./manifest.ts";
import { indexZip, type ZipIndex } from "./zip-index.ts";

/**
 * Reads single records out of a snapshot: its answer takes ecosystem and id, and gives the record's JSON text, null when there is none.
 * A database's directory is read when a record of it is first asked for.
 * @throws GateError ADVISORIES_INVALID, from the answer, when a database is not as we write it
 */
export function recordsIn(dir: string): (ecosystem: string, id: string) => string | null {
  const folder = join(dir, DATABASE_FOLDERS[0]);
  // Asked for are names out of a tool's report: only what lies there is a path.
  const held = new Set(readdirSync(folder));
  const databases = new Map<string, ZipIndex>();
  return (ecosystem, id) => {
    if (!held.has(ecosystem)) return null;
    const database =
      databases.get(ecosystem) ??
      indexZip(join(folder, ecosystem, "all.zip"), `advisory snapshot: ${ecosystem}/all.zip`);
    databases.set(ecosystem, database);
    return database.read(`${id}.json`)?.toString("utf8") ?? null;
  };
}
