/** What gitleaks reads of a file at once, and looks at by itself: its columns count from the beginning of that. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  /** From 1: the line that the chunk begins on, or in the midst of. */
  readonly firstLine: number;
  readonly lastLine: number;
}

const READ = 100_000;
const PEEK = 25_000;
const BUFFER = 4096;
const LINE_FEED = 10;

/**
 * The chunks of a file as gitleaks 8.30.1 reads it (sources/file.go): 100,000 bytes, or what a buffer of 4,096 still holds, then on to two
 * line feeds with nothing but blanks between, at most 25,000 bytes further.
 */
export function chunksOf(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let buffered = 0;
  let line = 1;
  while (start < bytes.length) {
    const read = Math.min(start < buffered ? Math.min(buffered, start + READ) : start + READ, bytes.length);
    const end = safeBoundary(bytes, start, read);
    // Single bytes come through the buffer, which is filled whenever it is empty.
    for (let filled = Math.max(read, buffered); ; filled = Math.min(filled + BUFFER, bytes.length)) {
      buffered = filled;
      if (filled >= end) break;
    }
    const firstLine = line;
    for (let at = bytes.indexOf(LINE_FEED, start); at >= 0 && at < end; at = bytes.indexOf(LINE_FEED, at + 1))
      line += 1;
    chunks.push({ start, end, firstLine, lastLine: line });
    start = end;
  }
  return chunks;
}

function safeBoundary(bytes: Buffer, start: number, read: number): number {
  let feeds = 0;
  for (let at = read - 1; at >= start && isBlank(bytes[at]); at--) {
    if (bytes[at] === LINE_FEED) feeds += 1;
    if (feeds === 2) return read;
  }
  feeds = 0;
  let end = read;
  for (;;) {
    if (bytes[end - 1] === LINE_FEED) feeds += 1;
    else if (!isBlank(bytes[end - 1])) feeds = 0;
    if (feeds === 2 || end - read >= PEEK || end >= bytes.length) return end;
    end += 1;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === LINE_FEED || byte === 0x0d;
}
