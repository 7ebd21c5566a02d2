import type { IgnoredReason } from "../../../schemas/license-fact.ts";
import { type Entry, pathOfEntry, type Visitor } from "./entry.ts";
import { type ArchiveLimits, Meter } from "./limits.ts";
import { ArchiveRefused } from "./refused.ts";
import { readTarGz } from "./tar.ts";
import { readZip } from "./zip.ts";

/** What is kept of an archive, in memory, and what was passed over because of what it is. */
export interface Unpacked {
  /** By path, without the folder that all of the archive lies in. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly ignored: readonly { readonly path: string; readonly reason: IgnoredReason }[];
  readonly ignoredCounts: Readonly<Partial<Record<IgnoredReason, number>>>;
}

export interface Wanted {
  /** Folders in front that count as nothing: `package/` of npm is one. */
  readonly strip: (path: string) => string;
  /** `keep` its content, count it as a licence `below-root`, or `pass` over it. */
  readonly take: (path: string) => "keep" | "below-root" | "pass";
}

/** Entries that are named; all are counted. */
const NAMED = 20;

/**
 * Takes an archive (gzipped tar or zip, by its first bytes) apart in memory; no path in it is ever one on this machine.
 * @throws ArchiveRefused when it is damaged or goes beyond the limits
 */
export async function unpack(archive: Buffer, wanted: Wanted, limits: ArchiveLimits): Promise<Unpacked> {
  const keeper = new Keeper(wanted, limits);
  const meter = new Meter(archive.length, limits);
  if (isZip(archive)) await readZip(archive, meter, keeper);
  else if (archive[0] === 0x1f && archive[1] === 0x8b) await readTarGz(archive, meter, keeper);
  else throw new ArchiveRefused("neither a gzipped tar nor a zip");
  return keeper;
}

/** Whether the bytes begin as a zip does. */
export function isZip(archive: Buffer): boolean {
  return archive.toString("latin1", 0, 2) === "PK";
}

class Keeper implements Visitor, Unpacked {
  readonly files = new Map<string, Buffer>();
  readonly ignored: { path: string; reason: IgnoredReason }[] = [];
  readonly ignoredCounts: Partial<Record<IgnoredReason, number>> = {};
  readonly #wanted: Wanted;
  readonly #limits: ArchiveLimits;

  constructor(wanted: Wanted, limits: ArchiveLimits) {
    this.#wanted = wanted;
    this.#limits = limits;
  }

  wants(entry: Entry): boolean {
    if (entry.kind === "folder") return false;
    const place = pathOfEntry(entry.name);
    if ("reason" in place) return this.#ignore(entry.name, place.reason);
    if (entry.kind !== "file") return this.#ignore(entry.name, entry.kind);
    const path = this.#wanted.strip(place.path);
    const take = this.#wanted.take(path);
    if (take === "below-root") return this.#ignore(path, take);
    if (take === "pass") return false;
    if (entry.size > this.#limits.fileBytes) return this.#ignore(path, "too-large");
    if (this.files.size >= this.#limits.keptFiles && !this.files.has(path)) return this.#ignore(path, "too-many");
    return true;
  }

  file(entry: Entry, content: Buffer): void {
    const place = pathOfEntry(entry.name);
    const path = "path" in place ? this.#wanted.strip(place.path) : entry.name;
    // What unpacks an archive lets the last one stand.
    if (this.files.has(path)) this.#ignore(path, "duplicate");
    // A copy: the part of the stream that it lies in is much larger.
    this.files.set(path, Buffer.from(content));
  }

  #ignore(path: string, reason: IgnoredReason): false {
    this.ignoredCounts[reason] = (this.ignoredCounts[reason] ?? 0) + 1;
    if (this.ignored.length < NAMED) this.ignored.push({ path: path.slice(0, 300), reason });
    return false;
  }
}
