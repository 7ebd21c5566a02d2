import { closeSync, openSync, writeSync } from "node:fs";

/** Takes bytes up to a limit and counts the rest. */
export interface Sink {
  write(chunk: Buffer): void;
  /** Bytes that came, kept or not. */
  bytes(): number;
  /** Bytes beyond the limit: counted, then thrown away. */
  cut(): number;
  close(): void;
}

/** Opens a file anew, private to its owner, that never grows beyond `limit` bytes. */
export function openCappedFile(path: string, limit: number): Sink {
  const file = openSync(path, "w", 0o600);
  return sink(
    limit,
    (chunk) => {
      for (let from = 0; from < chunk.length; ) from += writeSync(file, chunk, from);
    },
    () => closeSync(file),
  );
}

/** Keeps up to `limit` bytes in memory. */
export function cappedBuffer(limit: number): Sink & { text(): string } {
  const kept: Buffer[] = [];
  const inner = sink(
    limit,
    (chunk) => kept.push(chunk),
    () => undefined,
  );
  return { ...inner, text: () => Buffer.concat(kept).toString("utf8") };
}

function sink(limit: number, keep: (chunk: Buffer) => unknown, close: () => void): Sink {
  let bytes = 0;
  return {
    write(chunk) {
      const room = Math.max(0, limit - bytes);
      bytes += chunk.length;
      if (room > 0) keep(chunk.subarray(0, room));
    },
    bytes: () => bytes,
    cut: () => Math.max(0, bytes - limit),
    close,
  };
}
