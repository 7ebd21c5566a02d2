import { GateError } from "../../schemas/error.ts";

/** The part of the global `fetch` that is used here. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** The other side, or the way to it, gave out: the same request may succeed later. */
export class NetworkFault extends Error {
  override readonly name = "NetworkFault";
}

const MAX_REDIRECTS = 5;

/**
 * Asks for `url` over HTTPS (plain HTTP on the loopback interface only, also after a redirect) and answers the first response
 * that is no redirect.
 *
 * @throws NetworkFault when no answer comes, or one that says to try later
 * @throws GateError NETWORK_FAILED for an address or an answer that trying again does not mend
 */
export async function request(
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
  fetch: Fetch,
): Promise<Response> {
  let place = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    checkAddress(place, url);
    // The bytes of the file are counted and resumed: no encoding on the way.
    const response = await ask(
      place,
      { headers: { ...headers, "accept-encoding": "identity" }, redirect: "manual", signal },
      fetch,
    );
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return await checkStatus(response, url);
    await response.body?.cancel();
    place = targetOf(location, place);
  }
  throw failed(url, `more than ${MAX_REDIRECTS} redirects`);
}

/** What is left to do when the network does not answer. */
export function offlineAdvice(url: URL): string {
  return `get ${url.href} by other means (a proxy set by HTTPS_PROXY is not used by this Node), put it at <folder>/<Ecosystem>/all.zip and build from that folder`;
}

function checkAddress(place: URL, url: URL): void {
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(place.hostname);
  if (place.protocol === "https:" || (place.protocol === "http:" && loopback)) return;
  throw failed(url, `found the address ${place.origin}, expected https`);
}

async function ask(place: URL, init: RequestInit, fetch: Fetch): Promise<Response> {
  try {
    return await fetch(place, init);
  } catch (cause) {
    throw new NetworkFault(causeOf(cause), { cause });
  }
}

async function checkStatus(response: Response, url: URL): Promise<Response> {
  const { status } = response;
  if ([200, 206, 416].includes(status)) return response;
  await response.body?.cancel();
  if (status === 408 || status === 429 || status >= 500) throw new NetworkFault(`status ${status}`);
  throw failed(url, `found status ${status}, expected 200`);
}

function targetOf(location: string, place: URL): URL {
  if (!URL.canParse(location, place.href)) throw failed(place, "a redirect to something that is no address");
  return new URL(location, place);
}

/** `fetch failed` says nothing; what says it is one level below. */
export function causeOf(error: unknown): string {
  const cause = (error as Error).cause;
  const inner = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : undefined;
  return inner === undefined ? (error as Error).message : `${(error as Error).message}: ${inner}`;
}

function failed(url: URL, found: string): GateError {
  return new GateError("NETWORK_FAILED", `${url.href}: ${found}`, { next: offlineAdvice(url) });
}
