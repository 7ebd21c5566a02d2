import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Copies the unpacked module `path@version` and answers the hash of what was copied, as Go computes it (`h1:`, golang.org/x/mod/sumdb/dirhash
 * Hash1): so the source that is built is the one that was hashed, whoever can write to Go's cache.
 */
export function copyModule(from: string, module: string, to: string): string {
  const files = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1))
    .map((path) => ({ path, bytes: Buffer.from(path) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const summary = createHash("sha256");
  for (const { path } of files) {
    const content = readFileSync(join(from, path));
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), content);
    summary.update(`${createHash("sha256").update(content).digest("hex")}  ${module}/${path}\n`);
  }
  return `h1:${summary.digest("base64")}`;
}
