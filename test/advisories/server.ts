import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** A server on the loopback interface, for the running test: its address, what it was asked, and a way to cut an unfinished answer. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, asked: readonly Asked[]) => void,
): Promise<{ baseUrl: string; asked: Asked[]; cut: () => void }> {
  const asked: Asked[] = [];
  let last: ServerResponse | undefined;
  const server = createServer((request, response) => {
    const { range, "if-range": ifRange } = request.headers;
    asked.push({ path: request.url ?? "", range, ifRange: ifRange as string | undefined });
    last = response;
    answer(request, response, asked);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const cut = (): void => {
    if (last?.writableEnded === false) last.destroy();
  };
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, cut };
}

/** Serves `bytes` as a plain file server does: ranges as long as `If-Range` is this ETag; stops after `until` bytes. */
export function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  { etag = '"one"', until = Number.POSITIVE_INFINITY }: { etag?: string; until?: number } = {},
): void {
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
  const start = range !== null && request.headers["if-range"] === etag ? Number(range[1]) : 0;
  if (start >= bytes.length) {
    response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    return;
  }
  const rest = bytes.subarray(start);
  const span = start === 0 ? {} : { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(start === 0 ? 200 : 206, { etag, "content-length": rest.length, ...span });
  if (until >= rest.length) response.end(rest);
  else response.write(rest.subarray(0, until));
}
