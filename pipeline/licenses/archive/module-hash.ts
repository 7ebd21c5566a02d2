import { createHash } from "node:crypto";
import type { Entry, Visitor } from "./entry.ts";
import { ARCHIVE_LIMITS, Meter } from "./limits.ts";
import { ArchiveRefused } from "./refused.ts";
import { readZip } from "./zip.ts";

/**
 * Go's hash "h1" of a module's zip, in hex: SHA-256 over the lines `<sha256 of a file>  <name>`, sorted by name.
 * @throws ArchiveRefused for what is no whole zip, a name with a line feed, the same name twice, or a zip beyond the limits
 */
export async function moduleHash(zip: Buffer): Promise<string> {
  const sums = new Map<string, string>();
  const visitor: Visitor = {
    wants: ({ name }: Entry) => {
      if (name.includes("\n")) throw new ArchiveRefused("a name with a line feed");
      if (sums.has(name)) throw new ArchiveRefused("the same name twice");
      return true;
    },
    file: ({ name }, content) => sums.set(name, createHash("sha256").update(content).digest("hex")),
  };
  await readZip(zip, new Meter(zip.length, ARCHIVE_LIMITS), visitor);
  // Go sorts bytes; JavaScript would sort UTF-16.
  const names = [...sums.keys()].map((name) => Buffer.from(name)).sort(Buffer.compare);
  const lines = names.map((name) => `${sums.get(name.toString())}  ${name.toString()}\n`);
  return createHash("sha256").update(lines.join("")).digest("hex");
}
