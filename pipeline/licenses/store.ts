import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
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
    const place = placeOf(factKey(purl, locked));
    const text = textAt(folder, place);
    if (text !== undefined) return factOf(text, place);
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

/**
 * Puts a fact into a store; what is there is replaced. It appears whole, and never outside of the store: no link in it is followed.
 * @throws GateError DOCUMENT_INVALID for a store with a link in the place of a folder; else as the file system does
 */
export function writeFact(folder: string, fact: LicenseFact): void {
  const place = placeOf(factKey(fact.purl, fact.archive.locked));
  const own = join(folder, place.slice(0, 2));
  mkdirSync(own, { recursive: true, mode: 0o700 });
  if (!lstatSync(own).isDirectory()) throw changed(place.slice(0, 2), "a link");
  const partial = join(folder, `${place}.${randomUUID()}.partial`);
  try {
    writeFileSync(partial, factText(fact), { flag: "wx", mode: 0o600 });
    renameSync(partial, join(folder, place));
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Places of all facts of a store, sorted. Anything else in it is told by `strangers`, but for what a killed writer left. */
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
      if (entry.isFile && /^[0-9a-f]{64}\.json\.[0-9a-f-]+\.partial$/.test(name)) continue;
      const isFact = entry.isFile && /^[0-9a-f]{64}\.json$/.test(name) && name.startsWith(first.name);
      (isFact ? facts : strangers).push(place);
    }
  }
  return { facts, strangers };
}

/** Text of a fact in a store. @throws GateError DOCUMENT_INVALID when it is not there */
export function factTextAt(folder: string, place: string): string {
  const text = textAt(folder, place);
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

/** More than 100 licence files come to whose names have 1 MiB each. */
const MAX_FACT_BYTES = 128 * 2 ** 20;

/** Undefined where there is nothing. Others may have written to the store: a link, a pipe or a device there is not read. */
function textAt(folder: string, place: string): string | undefined {
  const descriptor = textless(() => opened(folder, place));
  if (descriptor === undefined) return undefined;
  try {
    const entry = fstatSync(descriptor);
    if (!entry.isFile()) throw changed(place, "no file");
    if (entry.size > MAX_FACT_BYTES) throw changed(place, `${entry.size} bytes`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

function opened(folder: string, place: string): number {
  try {
    return openSync(join(folder, place), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ELOOP") throw changed(place, "no file");
    throw cause;
  }
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
