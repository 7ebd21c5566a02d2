import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../schemas/error.ts";
import { SCANNER_ECOSYSTEMS } from "../../schemas/osv-record.ts";
import { readZip, ZIP_LIMITS, type ZipEntry, type ZipLimits } from "./zip-reader.ts";

/** One ecosystem's records as they were got: where they lie, and a way to read them one by one. */
export interface AdvisorySource {
  readonly ecosystem: string;
  readonly origin: string;
  readonly entries: () => AsyncIterable<ZipEntry>;
}

/**
 * What a folder in osv.dev's layout holds: `<Ecosystem>/all.zip`, or `<Ecosystem>/*.json`, sorted by ecosystem; all of it, or `ecosystems`.
 *
 * Plain files and dot folders beside the ecosystems are passed over (osv.dev has an `ecosystems.txt` there).
 * @throws GateError ADVISORIES_INVALID when a folder is no ecosystem that the scanner knows, or holds neither form, or both.
 */
export function sourcesIn(
  from: string,
  limits: ZipLimits = ZIP_LIMITS,
  ecosystems: readonly string[] = foldersIn(from),
): AdvisorySource[] {
  if (ecosystems.length === 0) throw invalid(from, "found no folder, expected one for each ecosystem, as npm/all.zip");
  return [...new Set(ecosystems)].sort().map((ecosystem) => sourceOf(join(from, ecosystem), ecosystem, limits));
}

function foldersIn(from: string): string[] {
  return namesIn(from).filter((name) => !name.startsWith(".") && statSync(join(from, name)).isDirectory());
}

function sourceOf(folder: string, ecosystem: string, limits: ZipLimits): AdvisorySource {
  if (!SCANNER_ECOSYSTEMS.has(ecosystem)) {
    throw invalid(
      folder,
      "found a folder that is no OSV ecosystem, expected a name such as npm, PyPI, Go, crates.io (without a colon)",
    );
  }
  const zip = join(folder, "all.zip");
  const plain = namesIn(folder).filter((name) => name !== "all.zip" && !name.startsWith("."));
  if (!existsSync(zip)) {
    if (!plain.some((name) => name.endsWith(".json"))) throw invalid(folder, "found neither all.zip nor any *.json");
    return { ecosystem, origin: folder, entries: () => readFolder(folder, plain.sort(), limits) };
  }
  if (plain.some((name) => name.endsWith(".json")))
    throw invalid(folder, "found all.zip and *.json, expected one of the two");
  return { ecosystem, origin: zip, entries: () => readZip(zip, limits) };
}

async function* readFolder(folder: string, names: readonly string[], limits: ZipLimits): AsyncGenerator<ZipEntry> {
  for (const name of names) {
    const place = join(folder, name);
    const found = statSync(place);
    if (!found.isFile()) throw invalid(place, "found a folder or special file, expected records as plain files");
    if (found.size > limits.entryBytes)
      throw invalid(place, `found ${found.size} bytes, expected at most ${limits.entryBytes}`);
    yield { name, content: readFileSync(place) };
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw invalid(folder, `can't be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`, cause);
  }
}

function invalid(where: string, found: string, cause?: unknown): GateError {
  return new GateError("ADVISORIES_INVALID", `${where}: ${found}`, {
    cause,
    next: "give a folder in osv.dev's layout: <Ecosystem>/all.zip for each ecosystem",
  });
}
