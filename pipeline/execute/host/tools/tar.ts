const BLOCK = 512;

/**
 * The content of one regular file out of a tar archive, by its name there (`./` in front counts as nothing); null when there is none.
 * For archives whose digest is known to be right: names longer than 100 bytes are not read.
 */
export function memberOf(archive: Buffer, name: string): Buffer | null {
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    const size = Number.parseInt(field(header, 124, 12), 8) || 0;
    const regular = ["", "0"].includes(field(header, 156, 1));
    const found = field(header, 0, 100).replace(/^\.\//, "");
    const end = at + BLOCK + size;
    if (regular && found === name && end <= archive.length) return archive.subarray(at + BLOCK, end);
    at = end + ((BLOCK - (size % BLOCK)) % BLOCK);
  }
  return null;
}

function field(header: Buffer, at: number, length: number): string {
  const text = header.toString("latin1", at, at + length);
  const end = text.indexOf("\0");
  return (end === -1 ? text : text.slice(0, end)).trim();
}
