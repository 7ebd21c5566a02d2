import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { GateError } from "../../schemas/error.ts";
import { causeOf, type Fetch, NetworkFault, offlineAdvice, request } from "./request.ts";

export interface DownloadContext {
  readonly fetch: Fetch;
  /** Waits so many milliseconds before the next try. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal | undefined;
  /** Bytes on disk so far, and in all where the server says so. */
  readonly onBytes: (bytes: number, total: number | null) => void;
  readonly idleMs: number;
  readonly attemptMs: number;
  readonly maxBytes: number;
}

export interface Downloaded {
  readonly size: number;
  readonly sha256: string;
  readonly etag: string | null;
}

/** Pauses between tries, in milliseconds. */
const PAUSES = [1000, 2000, 4000, 8000, 16_000];

/**
 * Gets `url` into the file `to`, which appears when it is whole. What an earlier try left (`to`.part, or `to` itself) is continued,
 * or found complete, as long as the server vouches by its strong ETag that the file is still the same.
 *
 * @throws GateError NETWORK_FAILED, naming URL and cause, after six tries, or at once where another try would not help
 */
export async function download(url: URL, to: string, context: DownloadContext): Promise<Downloaded> {
  mkdirSync(dirname(to), { recursive: true });
  if (existsSync(to)) renameSync(to, `${to}.part`);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const etag = await tryOnce(url, to, context);
      const sha256 = await digestOf(`${to}.part`);
      renameSync(`${to}.part`, to);
      return { size: statSync(to).size, sha256, etag };
    } catch (cause) {
      if (!(cause instanceof NetworkFault)) throw cause;
      context.signal?.throwIfAborted();
      const pause = PAUSES[attempt];
      if (pause === undefined) {
        const message = `${url.href}: ${cause.message} (${attempt + 1} tries)`;
        throw new GateError("NETWORK_FAILED", message, { cause, next: offlineAdvice(url) });
      }
      await context.sleep(pause);
    }
  }
}

/** Beside a `.part`: what it is a part of. */
const Part = z.strictObject({ url: z.string(), etag: z.string() });

/** One request, from where the part ends. Answers the ETag. */
async function tryOnce(url: URL, to: string, context: DownloadContext): Promise<string | null> {
  const known = partOf(url, to);
  const watch = new Watch(context);
  try {
    const headers = known === null ? {} : { range: `bytes=${known.size}-`, "if-range": known.etag };
    const response = await request(url, headers as Record<string, string>, watch.signal, context.fetch);
    const span = spanOf(response, known?.size ?? 0);
    if (span === "complete" && known !== null) {
      await response.body?.cancel();
      return known.etag;
    }
    if (span === "complete" || span === "unfit") {
      await response.body?.cancel();
      rmSync(`${to}.part`, { force: true });
      throw new NetworkFault(`status ${response.status} for a part that does not fit`);
    }
    const etag = response.headers.get("etag");
    if (span.start === 0) beginPart(url, to, etag);
    const size = await writeBody(url, response, `${to}.part`, span, watch, context);
    const { total } = span;
    if (total !== null && size !== total)
      throw new NetworkFault(`the connection ended after ${size} of ${total} bytes`);
    return etag;
  } finally {
    watch.end();
  }
}

function partOf(url: URL, to: string): { size: number; etag: string } | null {
  if (!existsSync(`${to}.part`) || !existsSync(`${to}.note`)) return null;
  const part = Part.safeParse(parsed(readFileSync(`${to}.note`, "utf8")));
  const size = statSync(`${to}.part`).size;
  return part.success && part.data.url === url.href && size > 0 ? { size, etag: part.data.etag } : null;
}

/** A note that a crash cut short is no note: the download starts again. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** A weak ETag, or none, does not vouch for bytes: such a part is not continued. */
function beginPart(url: URL, to: string, etag: string | null): void {
  writeFileSync(`${to}.part`, "");
  if (etag === null || etag.startsWith("W/")) rmSync(`${to}.note`, { force: true });
  else writeFileSync(`${to}.note`, JSON.stringify({ url: url.href, etag }));
}

interface Span {
  readonly start: number;
  readonly total: number | null;
}

/** Where in the file the body begins and how long the file is; `complete` when there is nothing behind what we have. */
function spanOf(response: Response, have: number): Span | "complete" | "unfit" {
  const length = response.headers.get("content-length");
  if (response.status === 200) return { start: 0, total: length === null ? null : Number(length) };
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(response.headers.get("content-range") ?? "");
  if (range === null) return "unfit";
  const total = Number(range[2]);
  if (response.status === 416) return total === have ? "complete" : "unfit";
  return Number(range[1]) === have ? { start: have, total } : "unfit";
}

async function writeBody(
  url: URL,
  response: Response,
  part: string,
  { start, total }: Span,
  watch: Watch,
  context: DownloadContext,
): Promise<number> {
  const file = await open(part, "r+");
  let size = start;
  try {
    for await (const bytes of bodyOf(response)) {
      watch.alive();
      if (size + bytes.length > context.maxBytes) {
        throw new GateError("NETWORK_FAILED", `${url.href}: more than ${context.maxBytes} bytes`, {
          next: "check the address",
        });
      }
      // By place, not appended: two pulls at once write the same bytes to the same place.
      await writeAt(file, bytes, size);
      size += bytes.length;
      context.onBytes(size, total);
    }
  } finally {
    await file.close();
  }
  return size;
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value as Uint8Array;
  } catch (cause) {
    throw new NetworkFault(causeOf(cause), { cause });
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, place: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at, place + at)).bytesWritten;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  return hash.digest("hex");
}

/** Ends a request that says nothing for `idleMs`, or takes longer than `attemptMs`, or is no longer wanted. */
class Watch {
  readonly #controller = new AbortController();
  readonly #idleMs: number;
  readonly #whole: NodeJS.Timeout;
  #idle: NodeJS.Timeout;
  readonly signal: AbortSignal;

  constructor({ idleMs, attemptMs, signal }: DownloadContext) {
    this.#idleMs = idleMs;
    this.#whole = setTimeout(() => this.#stop(`took more than ${attemptMs} ms`), attemptMs);
    this.#idle = this.#wait();
    this.signal = signal === undefined ? this.#controller.signal : AbortSignal.any([signal, this.#controller.signal]);
  }

  alive(): void {
    clearTimeout(this.#idle);
    this.#idle = this.#wait();
  }

  end(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#whole);
  }

  #wait(): NodeJS.Timeout {
    return setTimeout(() => this.#stop(`no answer for ${this.#idleMs} ms`), this.#idleMs);
  }

  #stop(why: string): void {
    this.#controller.abort(new Error(why));
  }
}
