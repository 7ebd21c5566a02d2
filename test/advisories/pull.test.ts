import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type PullContext, pullSnapshot } from "../../pipeline/advisories/pull.ts";
import { openSnapshot } from "../../pipeline/advisories/snapshot.ts";
import { SnapshotSources } from "../../schemas/snapshot.ts";
import { makeTree } from "../support/tree.ts";
import { advisory, zipOf } from "./records.ts";
import { serve, serveFile } from "./server.ts";

const ZIP = zipOf(Array.from({ length: 50 }, (_, index) => advisory(`A-${index}`)));

function pull(baseUrl: string, cacheRoot: string, context: PullContext = {}, ecosystems = ["npm"]) {
  return pullSnapshot({ baseUrl, ecosystems, cacheRoot }, { sleep: async () => {}, ...context });
}

it("downloads, builds and keeps a snapshot, and notes beside it whence it came", async () => {
  const { baseUrl, asked } = await serve((request, response) => serveFile(request, response, ZIP));
  const cache = makeTree({});
  const told: unknown[] = [];
  const { dir } = await pull(`${baseUrl}/`, cache, { onBytes: (...progress) => told.push(progress) });
  expect(asked.map(({ path }) => path)).toEqual(["/npm/all.zip"]);
  expect((await openSnapshot(dir)).ecosystems[0]).toMatchObject({ name: "npm", records: 50 });
  const { sources } = SnapshotSources.parse(JSON.parse(readFileSync(join(dir, "sources.json"), "utf8")));
  expect(sources).toMatchObject([{ ecosystem: "npm", url: `${baseUrl}/npm/all.zip`, size: ZIP.length, etag: '"one"' }]);
  expect(told.at(-1)).toEqual(["npm", ZIP.length, ZIP.length]);
  expect(existsSync(join(cache, "advisories", ".download"))).toBe(false);
});

it("continues where the connection was cut", async () => {
  const { baseUrl, asked, cut } = await serve((request, response, { length }) =>
    serveFile(request, response, ZIP, length <= 2 ? { until: 1000 } : {}),
  );
  const pauses: number[] = [];
  await pull(baseUrl, makeTree({}), { onBytes: cut, sleep: async (ms) => void pauses.push(ms) });
  expect(asked.map(({ range, ifRange }) => [range, ifRange])).toEqual([
    [undefined, undefined],
    ["bytes=1000-", '"one"'],
    ["bytes=2000-", '"one"'],
  ]);
  expect(pauses).toEqual([1000, 2000]);
});

it("starts again when the file changed in between", async () => {
  const { baseUrl, asked, cut } = await serve((request, response, { length }) =>
    serveFile(request, response, ZIP, length === 1 ? { etag: '"old"', until: 1000 } : {}),
  );
  const { ecosystems } = await pull(baseUrl, makeTree({}), { onBytes: cut });
  expect(asked.map(({ range }) => range)).toEqual([undefined, "bytes=1000-"]);
  expect(ecosystems[0]?.records).toBe(50);
});

it("does not continue what a weak ETag vouches for", async () => {
  const { baseUrl, asked, cut } = await serve((request, response, { length }) =>
    serveFile(request, response, ZIP, length === 1 ? { etag: 'W/"one"', until: 1000 } : {}),
  );
  await pull(baseUrl, makeTree({}), { onBytes: cut });
  expect(asked.map(({ range }) => range)).toEqual([undefined, undefined]);
});

it("continues in the next pull what the last one left, and does not get again what is whole", async () => {
  let broken = true;
  const { baseUrl, asked, cut } = await serve((request, response) =>
    serveFile(request, response, ZIP, broken && request.url === "/npm/all.zip" ? { until: 100 } : {}),
  );
  const cache = makeTree({});
  await expect(pull(baseUrl, cache, { onBytes: cut }, ["PyPI", "npm"])).rejects.toMatchObject({
    code: "NETWORK_FAILED",
  });
  broken = false;
  asked.length = 0;
  await expect(pull(baseUrl, cache, { onBytes: cut }, ["PyPI", "npm"])).rejects.toThrow(
    /names no package of this ecosystem/,
  );
  expect(asked).toEqual([
    { path: "/PyPI/all.zip", range: `bytes=${ZIP.length}-`, ifRange: '"one"' },
    { path: "/npm/all.zip", range: "bytes=600-", ifRange: '"one"' },
  ]);
});

it("gives up after six tries and names address and cause", async () => {
  const { baseUrl, asked } = await serve((_, response) => response.writeHead(503).end());
  await expect(pull(baseUrl, makeTree({}))).rejects.toMatchObject({
    code: "NETWORK_FAILED",
    message: `${baseUrl}/npm/all.zip: status 503 (6 tries)`,
    next: expect.stringContaining("HTTPS_PROXY"),
  });
  expect(asked.length).toBe(6);
});

it("names the cause below fetch's own message", async () => {
  const { baseUrl } = await serve((request) => request.socket.destroy());
  await expect(pull(baseUrl, makeTree({}))).rejects.toThrow(/npm\/all\.zip: fetch failed: \S.* \(6 tries\)$/);
});

it.each([404, 403, 204])("does not try again after status %i", async (status) => {
  const { baseUrl, asked } = await serve((_, response) => response.writeHead(status).end());
  await expect(pull(baseUrl, makeTree({}))).rejects.toThrow(
    new RegExp(`all\\.zip: found status ${status}, expected 200`),
  );
  expect(asked.length).toBe(1);
});

it("follows a redirect, but not to plain HTTP elsewhere, nor for ever", async () => {
  const { baseUrl, asked } = await serve((request, response) => {
    if (request.url === "/moved/all.zip") serveFile(request, response, ZIP);
    else response.writeHead(302, { location: request.url?.startsWith("/loop") ? request.url : "/moved/all.zip" }).end();
  });
  await pull(baseUrl, makeTree({}));
  expect(asked.map(({ path }) => path)).toEqual(["/npm/all.zip", "/moved/all.zip"]);
  await expect(pull(`${baseUrl}/loop`, makeTree({}))).rejects.toThrow(/more than 5 redirects/);
  const away = await serve((_, response) => response.writeHead(302, { location: "http://example.org/x" }).end());
  await expect(pull(away.baseUrl, makeTree({}))).rejects.toThrow(
    /found the address http:\/\/example\.org, expected https/,
  );
});

it("gives up a request that says nothing, and one that never ends", async () => {
  const silent = await serve(() => {});
  await expect(pull(silent.baseUrl, makeTree({}), { idleMs: 30 })).rejects.toThrow(/no answer for 30 ms \(6 tries\)/);
  const endless = await serve((_, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write("x"), 10);
    response.on("close", () => clearInterval(drip));
  });
  await expect(pull(endless.baseUrl, makeTree({}), { attemptMs: 200 })).rejects.toThrow(
    /took more than 200 ms \(6 tries\)/,
  );
});

it("refuses more bytes than the limit", async () => {
  const { baseUrl, asked } = await serve((request, response) => serveFile(request, response, ZIP));
  await expect(pull(baseUrl, makeTree({}), { maxBytes: 100 })).rejects.toThrow(/more than 100 bytes/);
  expect(asked.length).toBe(1);
});

it("stops when it is no longer wanted", async () => {
  const wanted = new AbortController();
  const { baseUrl, asked } = await serve(() => wanted.abort(new Error("interrupted")));
  await expect(pull(baseUrl, makeTree({}), { signal: wanted.signal })).rejects.toThrow("interrupted");
  expect(asked.length).toBe(1);
});

it("names the place that can't be written", async () => {
  const { baseUrl } = await serve((request, response) => serveFile(request, response, ZIP));
  await expect(pull(baseUrl, join(makeTree({ file: "" }), "file"))).rejects.toMatchObject({ code: "STORAGE_FAILED" });
});

it("refuses what is no ecosystem and no address before it asks anyone", async () => {
  const { baseUrl, asked } = await serve(() => {});
  await expect(pull(baseUrl, makeTree({}), {}, ["npm", "nmp"])).rejects.toMatchObject({ code: "USAGE_INVALID" });
  await expect(pull("osv.dev", makeTree({}))).rejects.toMatchObject({ code: "USAGE_INVALID" });
  await expect(pull("ftp://osv.dev", makeTree({}))).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  expect(asked).toEqual([]);
});
