import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ScannedCommit } from "../../schemas/history.ts";
import { readJson } from "../../schemas/read.ts";

const Segment = z.strictObject({
  schemaVersion: z.literal("supply-gate/history-1"),
  commits: z.array(ScannedCommit),
});

/**
 * Commits that earlier runs with the same rules and tool found clean. One with a finding is never among them: it is scanned again each
 * time, so that nothing about a secret lies in a cache.
 */
export interface Memory {
  readonly commits: ReadonlyMap<string, ScannedCommit>;
  /** What was found unfit and is not used. */
  readonly ignored: readonly string[];
}

export const NO_MEMORY: Memory = { commits: new Map(), ignored: [] };

/** Reads a folder of segments. One that is damaged, or that others can write to, is passed over and named. */
export function recall(dir: string): Memory {
  const commits = new Map<string, ScannedCommit>();
  const ignored: string[] = [];
  const folder = lstatSync(dir, { throwIfNoEntry: false });
  if (folder === undefined) return NO_MEMORY;
  if (!folder.isDirectory() || folder.uid !== process.getuid?.() || (folder.mode & 0o022) !== 0) {
    return { commits, ignored: [`${dir} (others can write to it)`] };
  }
  for (const name of readdirSync(dir).sort()) {
    // A writer that died left a temporary file.
    if (!name.endsWith(".json")) continue;
    try {
      const text = readFileSync(join(dir, name), "utf8");
      if (`${digest(text)}.json` !== name) throw new Error("other content than its name says");
      for (const entry of readJson(Segment, text, name).commits) commits.set(entry.commit, entry);
    } catch (error) {
      ignored.push(`${name} (${(error as Error).message.slice(0, 200)})`);
    }
  }
  return { commits, ignored };
}

/** Adds what a complete scan found clean; the segment appears whole or not at all. `unique` makes the temporary name one's own. */
export function remember(dir: string, commits: readonly ScannedCommit[], unique: string): void {
  if (commits.length === 0) return;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  const text = JSON.stringify({ schemaVersion: "supply-gate/history-1", commits });
  const temporary = join(dir, `${unique}.tmp`);
  writeFileSync(temporary, text, { flag: "wx", mode: 0o600 });
  renameSync(temporary, join(dir, `${digest(text)}.json`));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
