import { Buffer } from "node:buffer";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { ZipEntry } from "./zip-reader.ts";

/** Records on their way into a zip: on disk as they come, read back by id. In memory are the ids and places only. */
export class Spool {
  readonly #descriptor: number;
  readonly #indices = new Map<string, number>();
  /** Where each record begins, and behind the last one where the next will. */
  readonly #starts = [0];
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #written = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, "wx+", 0o600);
  }

  get size(): number {
    return this.#indices.size;
  }

  /** Adds a record; `same` when its id and content are there already, `other` when its id is there with other content. */
  add(id: string, content: Buffer): "added" | "same" | "other" {
    const known = this.#indices.get(id);
    if (known !== undefined) return this.#read(known).equals(content) ? "same" : "other";
    this.#indices.set(id, this.#indices.size);
    this.#starts.push((this.#starts.at(-1) as number) + content.length);
    this.#pending.push(content);
    this.#pendingBytes += content.length;
    if (this.#pendingBytes >= PENDING_BYTES) this.#flush();
    return "added";
  }

  /** Every record as `<id>.json`, by code unit of the id. */
  *entries(): Generator<ZipEntry> {
    for (const id of [...this.#indices.keys()].sort()) {
      yield { name: `${id}.json`, content: this.#read(this.#indices.get(id) as number) };
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #read(index: number): Buffer {
    this.#flush();
    const start = this.#starts[index] as number;
    const size = (this.#starts[index + 1] as number) - start;
    const content = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; ) {
      const got = readSync(this.#descriptor, content, at, size - at, start + at);
      if (got === 0) throw new Error(`the spool ends at ${start + at}, expected ${start + size} bytes`);
      at += got;
    }
    return content;
  }

  #flush(): void {
    if (this.#pendingBytes === 0) return;
    const bytes = Buffer.concat(this.#pending);
    for (let at = 0; at < bytes.length; )
      at += writeSync(this.#descriptor, bytes, at, bytes.length - at, this.#written + at);
    this.#written += bytes.length;
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

const PENDING_BYTES = 4 * 1024 * 1024;
