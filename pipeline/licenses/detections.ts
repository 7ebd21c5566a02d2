import type { LicenseFact } from "../../schemas/license-fact.ts";
import { sealed } from "./fact.ts";
import type { GotArchive } from "./fetch-facts.ts";

/**
 * Facts of archives, with what the scanner saw in each text (by SHA-256; null: no licence). `scanner` is null in a fact of which a text was not read:
 * nothing detected is never said of a text that nobody looked at.
 */
export function withDetections(
  got: readonly GotArchive[],
  detected: ReadonlyMap<string, string | null>,
  scanner: LicenseFact["scanner"],
): LicenseFact[] {
  return got.map(({ purl, archive, declared, files, ignored, ignoredCounts }) => {
    const isRead = scanner !== null && files.every(({ sha256 }) => detected.has(sha256));
    return sealed({
      schemaVersion: "supply-gate/license-fact-1",
      purl,
      archive,
      declared: [...declared],
      files: files.map(({ path, sha256, content }) => ({
        path,
        sha256,
        bytes: content.length,
        detected: isRead ? (detected.get(sha256) ?? null) : null,
      })),
      scanner: isRead ? scanner : null,
      ignored: [...ignored],
      ignoredCounts,
    });
  });
}
