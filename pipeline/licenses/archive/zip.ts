import { crc32, inflateRawSync } from "node:zlib";
import { type Entry as Central, fromBufferPromise, type ZipFile } from "yauzl";
import type { Entry, Visitor } from "./entry.ts";
import type { Meter } from "./limits.ts";
import { ArchiveRefused } from "./refused.ts";

/**
 * Reads a zip from memory, in the order of its central directory: nothing is written, and only what is wanted is unpacked.
 * @throws ArchiveRefused when it is damaged, encrypted, compressed in a way of its own, or goes beyond the meter's limits
 */
export async function readZip(archive: Buffer, meter: Meter, visitor: Visitor): Promise<void> {
  // Names are checked by whoever takes the entries: the library would give up the whole archive at the first bad one.
  const zip = await whole(() => fromBufferPromise(archive, { decodeStrings: false }));
  if (zip.entryCount > meter.limits.entries) throw new ArchiveRefused(`more than ${meter.limits.entries} entries`);
  const entries = zip.eachEntry();
  for (let next = await whole(() => entries.next()); next.done !== true; next = await whole(() => entries.next())) {
    meter.entry();
    const central = next.value;
    const entry = entryOf(central);
    if (!visitor.wants(entry)) continue;
    meter.bytes(entry.size);
    visitor.file(entry, await contentOf(zip, central, archive));
  }
}

const UNIX = 3;
const TYPE_MASK = 0o170_000;
const KINDS = new Map<number, Entry["kind"]>([
  [0, "file"],
  [0o100_000, "file"],
  [0o040_000, "folder"],
  [0o120_000, "symlink"],
]);

function entryOf(central: Central): Entry {
  const name = (central.fileName as unknown as Buffer).toString("utf8");
  const mode = central.versionMadeBy >>> 8 === UNIX ? (central.externalFileAttributes >>> 16) & TYPE_MASK : 0;
  const kind = KINDS.get(mode) ?? "special-file";
  return { name, kind: kind === "file" && name.endsWith("/") ? "folder" : kind, size: central.uncompressedSize };
}

const STORED = 0;
const DEFLATED = 8;

async function contentOf(zip: ZipFile, entry: Central, archive: Buffer): Promise<Buffer> {
  const { compressionMethod, compressedSize, uncompressedSize: size } = entry;
  if (entry.isEncrypted()) throw new ArchiveRefused("an encrypted entry");
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
    throw new ArchiveRefused(`an entry compressed by method ${compressionMethod}`);
  }
  const { fileDataStart } = await whole(() => zip.readLocalFileHeaderPromise(entry, { minimal: true }));
  const packed = archive.subarray(fileDataStart, fileDataStart + compressedSize);
  const content = compressionMethod === STORED ? packed : inflated(packed, size);
  if (packed.length !== compressedSize || content.length !== size) throw new ArchiveRefused("it is cut off");
  if (crc32(content) !== entry.crc32) throw new ArchiveRefused("a damaged entry (its checksum is wrong)");
  return content;
}

function inflated(packed: Buffer, size: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch (cause) {
    throw new ArchiveRefused(`an entry that does not unfold to the ${size} bytes it states`, { cause });
  }
}

/** Runs a call of the zip library; what it throws is about the zip. */
async function whole<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new ArchiveRefused(`no whole zip (${(cause as Error).message})`, { cause });
  }
}
