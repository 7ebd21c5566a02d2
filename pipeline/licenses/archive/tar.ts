import { createGunzip } from "node:zlib";
import type { Entry, Visitor } from "./entry.ts";
import type { Meter } from "./limits.ts";
import { ArchiveRefused } from "./refused.ts";
import { headerOf, type TarHeader } from "./tar-header.ts";
import { type Named, paxOf } from "./tar-pax.ts";

const BLOCK = 512;

/** A name, or the list of an entry's properties, may have so many bytes. */
const NAME_BYTES = 1024 * 1024;

/**
 * Reads a gzipped tar from memory as a stream: nothing is written, and no more is held than a file that is wanted.
 * @throws ArchiveRefused when it is damaged, cut off, or goes beyond the meter's limits
 */
export async function readTarGz(archive: Buffer, meter: Meter, visitor: Visitor): Promise<void> {
  const stream = new ByteStream(gunzipped(archive, meter));
  let named: Named = {};
  for (let block = await stream.take(BLOCK); block !== undefined; block = await stream.take(BLOCK)) {
    const header = headerOf(block);
    if (header === undefined) return;
    meter.entry();
    const size = named.size ?? header.size;
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    const naming = NAMING[header.type];
    if (naming !== undefined) {
      if (header.size > NAME_BYTES) throw new ArchiveRefused(`a name of ${header.size} bytes`);
      named = { ...named, ...naming(await contentOf(stream, header.size)) };
      await stream.skip((BLOCK - (header.size % BLOCK)) % BLOCK);
      continue;
    }
    if (size > meter.limits.totalBytes) throw new ArchiveRefused(`an entry of ${size} bytes`);
    const entry = entryOf(header, named.path ?? header.name, size);
    const stored = entry.kind === "file" || entry.kind === "special-file" ? size : 0;
    if (visitor.wants(entry)) visitor.file(entry, await contentOf(stream, stored));
    else await stream.skip(stored);
    if (stored > 0) await stream.skip(padding);
    named = {};
  }
}

/** Entries that say something of the next one. */
const NAMING: Readonly<Record<string, (content: Buffer) => Named>> = {
  x: paxOf,
  g: () => ({}),
  L: (content) => ({ path: content.toString("utf8").replace(/\0.*$/s, "") }),
  K: () => ({}),
};

const KINDS: Readonly<Record<string, Entry["kind"]>> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  "5": "folder",
  "2": "symlink",
  "1": "hardlink",
};

function entryOf({ type }: TarHeader, name: string, size: number): Entry {
  const kind = KINDS[type] ?? "special-file";
  return { name, kind: kind === "file" && name.endsWith("/") ? "folder" : kind, size };
}

async function contentOf(stream: ByteStream, size: number): Promise<Buffer> {
  const content = await stream.take(size);
  if (content === undefined) throw new ArchiveRefused("it is cut off");
  return content;
}

async function* gunzipped(archive: Buffer, meter: Meter): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  gunzip.end(archive);
  try {
    for await (const part of gunzip) {
      meter.bytes((part as Buffer).length);
      yield part as Buffer;
    }
  } catch (cause) {
    if (cause instanceof ArchiveRefused) throw cause;
    throw new ArchiveRefused(`no whole gzip (${(cause as Error).message})`, { cause });
  } finally {
    gunzip.destroy();
  }
}

/** Takes a stream of parts in pieces of any size. */
class ByteStream {
  readonly #parts: AsyncGenerator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(parts: AsyncGenerator<Buffer>) {
    this.#parts = parts;
  }

  /** The next `size` bytes; undefined at the end. @throws ArchiveRefused when it ends within them */
  async take(size: number): Promise<Buffer | undefined> {
    const taken: Buffer[] = [];
    let missing = size;
    while (missing > 0) {
      if (this.#rest.length === 0 && !(await this.#next())) break;
      const part = this.#rest.subarray(0, missing);
      taken.push(part);
      missing -= part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    if (missing > 0 && missing < size) throw new ArchiveRefused("it is cut off");
    if (missing > 0) return undefined;
    return taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken);
  }

  /** @throws ArchiveRefused when it ends before */
  async skip(size: number): Promise<void> {
    let missing = size;
    while (missing > 0) {
      if (this.#rest.length === 0 && !(await this.#next())) throw new ArchiveRefused("it is cut off");
      const part = Math.min(missing, this.#rest.length);
      missing -= part;
      this.#rest = this.#rest.subarray(part);
    }
  }

  async #next(): Promise<boolean> {
    const next = await this.#parts.next();
    if (next.done !== true) this.#rest = next.value;
    return next.done !== true;
  }
}
