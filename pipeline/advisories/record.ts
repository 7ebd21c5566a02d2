import { Buffer } from "node:buffer";
import { type Affected, type OsvRecord, SCANNER_ECOSYSTEMS } from "../../schemas/osv-record.ts";
import { caselessName } from "../findings/package-key.ts";
import { plainWord, repairRecord } from "./repair.ts";
import type { Tally } from "./tally.ts";

/** A record as it goes into an ecosystem's database. `newest` is its latest date in milliseconds, null when it states none. */
export interface KeptRecord {
  readonly state: "kept";
  readonly id: string;
  readonly bytes: Buffer;
  readonly newest: number | null;
  readonly withdrawn: boolean;
}

export type CleanedRecord =
  | KeptRecord
  | { readonly state: "unmatchable" }
  | { readonly state: "rejected"; readonly reason: string };

/**
 * Makes one advisory of `ecosystem` such that the pinned scanner reads it and matches all of it.
 *
 * Entries of other ecosystems go, GIT ranges go where a package is named, unknown fields and values go; each is counted in `tally`.
 */
export function cleanRecord(content: Buffer, ecosystem: string, tally: Tally): CleanedRecord {
  const value = parse(content);
  if (value === undefined) return { state: "rejected", reason: "no JSON document in UTF-8" };
  const repaired = repairRecord(value);
  if ("reason" in repaired) return { state: "rejected", reason: repaired.reason };
  const { record } = repaired;
  const named = (record.affected ?? []).filter((entry) => entry.package !== undefined);
  if (named.length === 0) return { state: "unmatchable" };
  const kept = named.filter((entry) => baseEcosystem(entry) === ecosystem);
  if (kept.length === 0) return { state: "rejected", reason: "affected: names no package of this ecosystem" };
  for (const place of repaired.stripped) tally.strip(place);
  for (const entry of named) {
    const base = baseEcosystem(entry);
    if (!SCANNER_ECOSYSTEMS.has(base)) tally.strip(`affected[].package.ecosystem=${plainWord(base)}`);
  }
  tally.count.affectedElsewhere += (record.affected ?? []).length - kept.length;
  const affected = kept.flatMap((entry) => inAnyCase(cleanAffected(entry, ecosystem, tally), ecosystem, tally));
  const bytes = encode({ ...record, affected }, tally);
  return { state: "kept", id: record.id, bytes, newest: newestOf(record), withdrawn: record.withdrawn !== undefined };
}

/**
 * The name under which the scanner looks a package up: PEP 503's form for PyPI, else as it is.
 *
 * It normalises the names of PyPI packages, but not those in its advisories: as published, an advisory for `jw.util` never matches.
 */
export function packageNameOf(name: string, ecosystem: string): string {
  return ecosystem === "PyPI" ? name.replace(/[-_.]+/g, "-").toLowerCase() : name;
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(content));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) return undefined;
    throw cause;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function baseEcosystem(entry: Affected): string {
  return (entry.package?.ecosystem ?? "").split(":", 1)[0] as string;
}

function cleanAffected(entry: Affected, ecosystem: string, tally: Tally): Affected {
  const cleaned = { ...entry };
  if (entry.package !== undefined)
    cleaned.package = { ...entry.package, name: lookedUpName(entry.package.name, ecosystem, tally) };
  if (entry.ranges !== undefined) {
    const ranges = entry.ranges.filter((range) => range.type !== "GIT");
    tally.count.gitRangesRemoved += entry.ranges.length - ranges.length;
    cleaned.ranges = ranges.map((range) =>
      // An event whose only key was unknown to the scanner: it would disturb the order of the others.
      range.events === undefined
        ? range
        : { ...range, events: range.events.filter((event) => Object.keys(event).length > 0) },
    );
  }
  const matchable =
    (cleaned.versions ?? []).length > 0 || (cleaned.ranges ?? []).some((range) => (range.events ?? []).length > 0);
  if (!matchable) tally.count.affectedWithoutVersions += 1;
  return cleaned;
}

/** Where case means nothing, a second entry in lower case: our own list of packages asks for that too. */
function inAnyCase(entry: Affected, ecosystem: string, tally: Tally): Affected[] {
  const name = caselessName(ecosystem, entry.package?.name ?? "");
  if (entry.package === undefined || name === entry.package.name) return [entry];
  tally.count.namesNormalised += 1;
  return [entry, { ...entry, package: { ...entry.package, name } }];
}

function lookedUpName(name: string, ecosystem: string, tally: Tally): string {
  const normal = packageNameOf(name, ecosystem);
  if (normal !== name) tally.count.namesNormalised += 1;
  return normal;
}

/** JSON text whose strings are all valid Unicode: half a surrogate pair would cost the whole record. */
function encode(record: OsvRecord, tally: Tally): Buffer {
  const text = JSON.stringify(record);
  if (!text.includes("\\ud")) return Buffer.from(text);
  const mended = text.replace(/\\(ud[89a-f][0-9a-f]{2}|.)/g, (sequence, body: string) =>
    body.startsWith("ud") ? "\ufffd" : sequence,
  );
  if (mended !== text) tally.strip("(half a surrogate pair)");
  return Buffer.from(mended);
}

function newestOf(record: OsvRecord): number | null {
  const times = [record.modified, record.published].flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  return times.length === 0 ? null : Math.max(...times);
}
