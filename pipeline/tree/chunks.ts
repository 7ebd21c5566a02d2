/** What gitleaks reads of a file at once, and looks at by itself: its columns count from the beginning of that. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  /** From 1: the line that the chunk begins on, or in the midst of. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** A text that is no longer is read at once. */
export const SINGLE_CHUNK_BYTES = 100_000;
const PEEK = 25_000;
const BUFFER = 4096;
const LINE_FEED = 10;

/** So many bytes from a chunk's beginning tell where it ends, however many follow. */
export const LOOK_AHEAD_BYTES = SINGLE_CHUNK_BYTES + PEEK + BUFFER;

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
    const next = nextChunk(bytes, start, buffered);
    const { end } = next;
    buffered = next.buffered;
    const firstLine = line;
    const chunk = bytes.subarray(start, end);
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) line += 1;
    chunks.push({ start, end, firstLine, lastLine: line });
    start = end;
  }
  return chunks;
}

/** Where the chunk ends that begins at `start`, and up to where the reader has then filled its buffer (`buffered` before). */
export function nextChunk(bytes: Buffer, start: number, buffered: number): { end: number; buffered: number } {
  const most = start + SINGLE_CHUNK_BYTES;
  const read = Math.min(start < buffered ? Math.min(buffered, most) : most, bytes.length);
  const end = safeBoundary(bytes, start, read);
  // Single bytes come through the buffer, which is filled whenever it is empty.
  let filled = Math.max(read, buffered);
  while (filled < end) filled = Math.min(filled + BUFFER, bytes.length);
  return { end, buffered: filled };
}

function safeBoundary(bytes: Buffer, start: number, read: number): number {
  let feeds = 0;
  for (let at = read - 1; at >= start && isBlank(bytes[at]); at--) {
    if (bytes[at] === LINE_FEED) feeds += 1;
    if (feeds === 2) return read;
  }
  const limit = Math.min(read + PEEK, bytes.length);
  const ahead = bytes.subarray(read - 1, limit);
  for (let at = ahead.indexOf(LINE_FEED); at >= 0; at = ahead.indexOf(LINE_FEED, at + 1)) {
    let before = at - 1;
    while (ahead[before] !== LINE_FEED && isBlank(ahead[before])) before -= 1;
    if (ahead[before] === LINE_FEED) return read + at;
  }
  return limit;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === LINE_FEED || byte === 0x0d;
}
