import type { Git } from "./git.ts";
import { Incomplete } from "./incomplete.ts";

export interface ObjectHeader {
  readonly oid: string;
  readonly type: string;
  readonly size: number;
}

export interface GitObject extends ObjectHeader {
  readonly content: Buffer;
}

/**
 * Type and size of each object, without its content.
 * @throws Incomplete when one is missing
 */
export async function inspectObjects(git: Git, oids: Iterable<string>): Promise<Map<string, ObjectHeader>> {
  const headers = new Map<string, ObjectHeader>();
  const wanted = [...oids];
  if (wanted.length === 0) return headers;
  const reader = new Reader(git.stream(["cat-file", "--batch-check", "--buffer"], lines(wanted)));
  for (const oid of wanted) headers.set(oid, headerOf(await reader.line(), oid));
  await reader.end();
  return headers;
}

/**
 * The objects in the order asked for, each as often as it is asked for.
 * @throws Incomplete when one is missing, or the answer is not framed as git frames it
 */
export async function* readObjects(git: Git, oids: Iterable<string>): AsyncGenerator<GitObject> {
  const reader = new Reader(git.stream(["cat-file", "--batch", "--buffer"], lines(oids)));
  for (const oid of oids) {
    const header = headerOf(await reader.line(), oid);
    const content = await reader.bytes(header.size);
    if ((await reader.line()) !== "") throw new Incomplete(`object ${oid}: longer than it says`, "see git fsck");
    yield { ...header, content };
  }
  await reader.end();
}

function* lines(oids: Iterable<string>): Generator<string> {
  for (const oid of oids) yield `${oid}\n`;
}

function headerOf(line: string, oid: string): ObjectHeader {
  const [found, type = "", size] = line.split(" ");
  if (found === oid && type === "missing") {
    throw new Incomplete(
      `object ${oid} is missing: a partial clone, or a broken repository`,
      "scan a fresh full clone",
    );
  }
  if (found !== oid || !/^\d+$/.test(size ?? "")) {
    throw new Incomplete(`object ${oid}: git answered something else`, "see git fsck");
  }
  return { oid, type, size: Number(size) };
}

/** Takes a stream apart by lengths that it announces itself. */
class Reader {
  readonly #chunks: AsyncGenerator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncGenerator<Buffer>) {
    this.#chunks = chunks;
  }

  async line(): Promise<string> {
    let at = this.#rest.indexOf(10);
    while (at < 0) {
      await this.#more();
      at = this.#rest.indexOf(10);
    }
    const text = this.#rest.toString("latin1", 0, at);
    this.#rest = this.#rest.subarray(at + 1);
    return text;
  }

  async bytes(size: number): Promise<Buffer> {
    const content = Buffer.allocUnsafe(size);
    let filled = 0;
    while (filled < size) {
      if (this.#rest.length === 0) await this.#more();
      const part = this.#rest.subarray(0, size - filled);
      part.copy(content, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return content;
  }

  /** The command's own end, which says whether all of it was well. */
  async end(): Promise<void> {
    const { done } = await this.#chunks.next();
    if (this.#rest.length > 0 || done !== true)
      throw new Incomplete("git answered more than was asked", "see git fsck");
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done === true) throw new Incomplete("git ended before its answer did", "see git fsck");
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
  }
}
