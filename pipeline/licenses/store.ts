import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { GateError } from "../../schemas/error.ts";
import { LicenseFact, type LockedHash } from "../../schemas/license-fact.ts";
import { readJson } from "../../schemas/read.ts";
import { factDigest, factKey } from "./fact.ts";

/** What is asked for: a package, and the hashes by which a lockfile knows its archive. */
export interface AskedFact {
  readonly purl: string;
  readonly anyOf: readonly LockedHash[];
}

/** The fact about one archive, by any of its hashes; undefined when the store has none. @throws GateError DOCUMENT_INVALID */
export function findFact(folder: string, { purl, anyOf }: AskedFact): LicenseFact | undefined {
  for (const locked of anyOf) {
    const key = factKey(purl, locked);
    const text = textAt(join(folder, placeOf(key)));
    if (text !== undefined) return factOf(text, placeOf(key));
  }
  return undefined;
}

/**
 * A fact's text as a value, checked against its own digest, its place in the store, and its one way of being written.
 * @throws GateError DOCUMENT_INVALID
 */
export function factOf(text: string, place: string): LicenseFact {
  const fact = readJson(LicenseFact, text, place);
  const key = factKey(fact.purl, fact.archive.locked);
  if (placeOf(key) !== place) throw changed(place, `a fact whose place is ${placeOf(key)}`);
  if (factDigest(fact) !== fact.digest) throw changed(place, "another content than its digest says");
  if (text !== factText(fact)) throw changed(place, "a fact written in another way");
  return fact;
}

/** Puts a fact into a store; what is there is replaced. It appears whole. @throws as the file system does */
export function writeFact(folder: string, fact: LicenseFact): void {
  const place = placeOf(factKey(fact.purl, fact.archive.locked));
  mkdirSync(join(folder, place.slice(0, 2)), { recursive: true, mode: 0o700 });
  const partial = join(folder, `${place}.${process.pid}.partial`);
  try {
    writeFileSync(partial, factText(fact), { flag: "w", mode: 0o600 });
    renameSync(partial, join(folder, place));
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Places of all facts of a store, sorted. Anything else in it is told by `strangers`. */
export function placesIn(folder: string): { readonly facts: readonly string[]; readonly strangers: readonly string[] } {
  const names = (path: string) => (textless(() => readdirSync(path, { withFileTypes: true })) ?? []).sort(byName);
  const facts: string[] = [];
  const strangers: string[] = [];
  for (const first of names(folder)) {
    if (!first.isDirectory() || !/^[0-9a-f]{2}$/.test(first.name)) {
      strangers.push(first.name);
      continue;
    }
    for (const { name, ...entry } of names(join(folder, first.name)).map((each) => ({
      name: each.name,
      isFile: each.isFile(),
    }))) {
      const place = `${first.name}/${name}`;
      const isFact = entry.isFile && /^[0-9a-f]{64}\.json$/.test(name) && name.startsWith(first.name);
      (isFact ? facts : strangers).push(place);
    }
  }
  return { facts, strangers };
}

/** Text of a fact in a store. @throws GateError DOCUMENT_INVALID when it is not there */
export function factTextAt(folder: string, place: string): string {
  const text = textAt(join(folder, place));
  if (text === undefined) throw changed(place, "no file");
  return text;
}

/** Canonical JSON and a line feed. */
export function factText(fact: LicenseFact): string {
  return `${canonicalize(fact)}\n`;
}

function placeOf(key: string): string {
  return `${key.slice(0, 2)}/${key}.json`;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function textAt(path: string): string | undefined {
  return textless(() => readFileSync(path, "utf8"));
}

/** Undefined where there is nothing. */
function textless<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
}

function changed(place: string, found: string): GateError {
  return new GateError("DOCUMENT_INVALID", `${place}: found ${found}, expected the fact as it was written`, {
    next: "remove that file from the fact store and run supply-gate licenses fetch",
  });
}
