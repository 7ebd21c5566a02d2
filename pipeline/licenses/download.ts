import { causeOf, type Fetch, NetworkFault } from "../advisories/request.ts";
import { Unavailable } from "./unavailable.ts";

/** What a download needs of the world, and its bounds. */
export interface DownloadWorld {
  readonly fetch: Fetch;
  /** Waits so many milliseconds before the next try. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly attemptMs: number;
  readonly maxBytes: number;
  /** Origins (`https://host:port`) that the caller configured: they alone may be on the loopback interface. */
  readonly origins: ReadonlySet<string>;
}

/** Pauses between tries, in milliseconds. */
const PAUSES = [500, 2000, 5000];

const MAX_REDIRECTS = 5;

/**
 * Gets the whole of `url` into memory, over HTTPS, with up to four tries and five redirects.
 * @throws Unavailable not-found (404, 410) or network (anything else)
 */
export async function getBytes(url: URL, world: DownloadWorld, accept = "*/*"): Promise<Buffer> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await tryOnce(url, world, accept);
    } catch (cause) {
      if (!(cause instanceof NetworkFault)) throw cause;
      world.signal.throwIfAborted();
      const pause = PAUSES[attempt];
      if (pause === undefined) {
        throw new Unavailable("network", `${shown(url)}: ${cause.message} (${attempt + 1} tries)`, { cause });
      }
      await world.sleep(pause);
    }
  }
}

async function tryOnce(url: URL, world: DownloadWorld, accept: string): Promise<Buffer> {
  const late = AbortSignal.timeout(world.attemptMs);
  const init = { headers: { accept }, redirect: "manual", signal: AbortSignal.any([world.signal, late]) } as const;
  let place = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    checkAddress(place, url, world.origins);
    const response = await faulty(() => world.fetch(place, init));
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) {
      return await bodyOf(response, url, world.maxBytes);
    }
    await response.body?.cancel();
    if (!URL.canParse(location, place.href)) throw new Unavailable("network", `${shown(url)}: a redirect to nowhere`);
    place = new URL(location, place);
  }
  throw new Unavailable("network", `${shown(url)}: more than ${MAX_REDIRECTS} redirects`);
}

/** Names that mean this machine or its own network, whatever a name server says. */
const LOCAL = /(?:^|\.)local(?:host|domain)?$/;

/** Addresses come from lockfiles and redirects too: none of them may reach into this machine or its network by number. */
function checkAddress(place: URL, url: URL, origins: ReadonlySet<string>): void {
  const { hostname, protocol, username, password } = place;
  if (username !== "" || password !== "") throw new Unavailable("network", `${shown(url)}: an address with a password`);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  if (origins.has(place.origin) && (protocol === "https:" || (protocol === "http:" && loopback))) return;
  const host = hostname.replace(/\.$/, "");
  const named = /[a-z]/.test(host) && !host.startsWith("[") && host.includes(".") && !LOCAL.test(host);
  if (protocol === "https:" && named) return;
  throw new Unavailable(
    "network",
    `${shown(url)}: found the address ${place.origin}, expected https and a host's name`,
  );
}

async function bodyOf(response: Response, url: URL, maxBytes: number): Promise<Buffer> {
  const { status } = response;
  if (status !== 200) {
    await response.body?.cancel();
    if (status === 408 || status === 429 || status >= 500) throw new NetworkFault(`status ${status}`);
    throw new Unavailable(
      status === 404 || status === 410 ? "not-found" : "network",
      `${shown(url)}: status ${status}`,
    );
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let next = await faulty(() => reader?.read()); next?.done === false; next = await faulty(() => reader?.read())) {
    parts.push(next.value);
    size += next.value.length;
    if (size <= maxBytes) continue;
    await reader?.cancel();
    throw new Unavailable("archive-refused", `${shown(url)}: more than ${maxBytes} bytes`);
  }
  return Buffer.concat(parts);
}

/** What fetch throws is about the network. */
async function faulty<T>(call: () => Promise<T> | undefined): Promise<T>;
async function faulty<T>(call: () => Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await call();
  } catch (cause) {
    throw new NetworkFault(causeOf(cause), { cause });
  }
}

function shown(url: URL): string {
  return `${url.origin}${url.pathname}`.slice(0, 300);
}
