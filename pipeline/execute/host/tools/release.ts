import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { GateError } from "../../../../schemas/error.ts";
import type { ReleaseArchive } from "../../../../schemas/pins.ts";
import type { Built, Place } from "./cache.ts";
import { RouteFault, type ToolContext } from "./context.ts";
import { memberOf } from "./tar.ts";

/** Until the first byte of the answer; a network without a way out shall not keep anybody waiting. */
const ANSWER_MS = 10_000;
/** Between two parts of the file. */
const IDLE_MS = 30_000;
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Downloads the vendor's release, compares its digest with the pin and puts its executable into `tool`.
 * @throws RouteFault when it can't be had, GateError PIN_MISMATCH when it is another file than the pinned one
 */
export async function installRelease(
  route: ReleaseArchive,
  place: Place,
  tool: string,
  ctx: ToolContext,
): Promise<Built> {
  const archive = route.archives[place.platform];
  if (archive === undefined) throw new RouteFault(`no release is pinned for ${place.platform}`);
  ctx.log({ tool: place.name, phase: "downloading", detail: archive.url });
  const bytes = await download(archive.url, ctx);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== archive.sha256) {
    const message = `${place.name} ${place.pin.version}: ${archive.url}: found sha256:${found} (${bytes.length} bytes), expected sha256:${archive.sha256}`;
    throw new GateError("PIN_MISMATCH", message, {
      next: archive.verified
        ? NEXT
        : `${NEXT}; the pinned digest was never compared with a download, so compare it with the vendor's list of checksums`,
    });
  }
  const to = join(tool, place.pin.executable);
  mkdirSync(dirname(to), { recursive: true });
  const content = route.member === undefined ? bytes : memberOf(gunzipSync(bytes), route.member);
  if (content === null) throw new RouteFault(`${archive.url} has no file ${route.member}`);
  writeFileSync(to, content, { mode: 0o755 });
  return { route: "release", builtWith: {}, sameBinds: [] };
}

const NEXT = "find out what answers at this address (a proxy's page?)";

async function download(url: string, { env, signal }: ToolContext): Promise<Buffer> {
  const watch = new AbortController();
  let timer = setTimeout(() => watch.abort(new Error(`no answer for ${ANSWER_MS / 1000} s`)), ANSWER_MS);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, watch.signal]) });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new RouteFault(`${url}: status ${response.status}`);
    }
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(() => watch.abort(new Error(`no answer for ${IDLE_MS / 1000} s`)), IDLE_MS);
      parts.push(part);
      size += part.length;
      if (size > MAX_BYTES) throw new RouteFault(`${url}: more than ${MAX_BYTES} bytes`);
    }
    return Buffer.concat(parts);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof RouteFault) throw cause;
    throw new RouteFault(`${url}: ${reasonOf(watch.signal.aborted ? watch.signal.reason : cause)}${proxyNote(env)}`, {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** `fetch failed` says nothing; what says it is one level below. */
function reasonOf(cause: unknown): string {
  const { message, cause: deeper } = cause as Error;
  return deeper instanceof Error && deeper.message !== "" ? deeper.message : message;
}

function proxyNote(env: ToolContext["env"]): string {
  return (env["HTTPS_PROXY"] ?? env["https_proxy"] ?? "") === ""
    ? ""
    : " (the proxy of HTTPS_PROXY is not used for this)";
}
