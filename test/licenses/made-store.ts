import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sealed } from "../../pipeline/licenses/fact.ts";
import { writeFact } from "../../pipeline/licenses/store.ts";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import { makeTree } from "../support/tree.ts";

/** The hash of every made archive. */
export const locked = { algorithm: "sha512", value: "ef".repeat(64) } as const;

/** A fact without files; its archive is locked by `locked`. */
export function factOf(purl: string, raw = "MIT"): LicenseFact {
  return sealed({
    schemaVersion: "supply-gate/license-fact-1",
    purl,
    archive: { sha256: "cd".repeat(32), bytes: 9, locked },
    declared: [{ raw, from: "package.json#license" }],
    files: [],
    scanner: null,
    ignored: [],
    ignoredCounts: {},
  });
}

/** Facts about two packages. */
export const A = factOf("pkg:npm/a@1.0.0");
export const B = factOf("pkg:npm/b@1.0.0");

/** A new folder with these facts. */
export function store(...facts: readonly LicenseFact[]): string {
  const folder = makeTree({});
  for (const fact of facts) writeFact(folder, fact);
  return folder;
}

/** Every file below a folder, with its content. */
export function bytesIn(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}

/** Every file below a folder. */
export const placesOf = (folder: string): string[] => Object.keys(bytesIn(folder));
