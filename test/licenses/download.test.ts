import { describe, expect, it } from "vitest";
import { type DownloadWorld, getBytes } from "../../pipeline/licenses/download.ts";

type Answer = () => Response | Promise<Response>;
const status =
  (code: number, location?: string): Answer =>
  () =>
    new Response(null, { status: code, ...(location === undefined ? {} : { headers: { location } }) });
const body =
  (text: string): Answer =>
  () =>
    new Response(text);
const broken: Answer = () => Promise.reject(new TypeError("fetch failed"));

/** What a download of `url` comes to where these answers are given in turn, what was asked, and how long it waited. */
async function download(url: string, answers: readonly Answer[], more: Partial<DownloadWorld> = {}) {
  const asked: string[] = [];
  const waited: number[] = [];
  const world: DownloadWorld = {
    fetch: async (place) => {
      asked.push(place.href);
      const answer = answers[asked.length - 1];
      if (answer === undefined) throw new Error("asked too often");
      return await answer();
    },
    sleep: async (ms) => void waited.push(ms),
    signal: new AbortController().signal,
    attemptMs: 60_000,
    maxBytes: 10,
    origins: new Set(["http://127.0.0.1:4873"]),
    ...more,
  };
  const ended = await getBytes(new URL(url), world).then(
    (bytes) => bytes.toString(),
    ({ reason, message }) => `${reason}: ${message}`,
  );
  return { ended, asked, waited };
}

const URL_ = "https://r.invalid/a.tgz";

describe("a download", () => {
  it("goes over https, and to what the caller configured", async () => {
    expect((await download(URL_, [body("ok")])).ended).toBe("ok");
    expect((await download("http://127.0.0.1:4873/a", [body("ok")])).ended).toBe("ok");
  });

  it.each([
    ["plain http", "http://r.invalid/a"],
    ["the loopback that nobody configured", "https://127.0.0.1/a"],
    ["another port of it", "http://127.0.0.1:80/a"],
    ["its name", "https://localhost/a"],
    ["an address by number", "https://10.0.0.1/a"],
    ["an address by number that is not written as one", "https://2130706433/a"],
    ["an address of version 6", "https://[::1]/a"],
    ["a name of this network", "https://intranet/a"],
    ["its name with a dot behind", "https://localhost./a"],
    ["a name below it", "https://made.localhost/a"],
    ["another name of it", "https://localhost.localdomain/a"],
    ["a name that this network gives itself", "https://printer.local/a"],
    ["a name of this network with a dot behind", "https://intranet./a"],
    ["a file", "file:///etc/passwd"],
  ])("never goes to %s, directly or by a redirect", async (_what, place) => {
    const direct = await download(place, []);
    expect([direct.ended, direct.asked]).toEqual([expect.stringContaining("expected https and a host's name"), []]);
    const led = await download(URL_, [status(302, place)]);
    expect([led.ended, led.asked]).toEqual([expect.stringContaining("expected https and a host's name"), [URL_]]);
  });

  it("carries no password", async () => {
    const { ended, asked } = await download("https://u:p@r.invalid/a", []);
    expect([ended, asked]).toEqual(["network: https://r.invalid/a: an address with a password", []]);
  });

  it("follows five redirects, and no sixth", async () => {
    const hops = Array.from({ length: 6 }, (_, index) => status(302, `/${index}`));
    expect((await download(URL_, [...hops.slice(0, 5), body("ok")])).ended).toBe("ok");
    expect((await download(URL_, hops)).ended).toBe("network: https://r.invalid/a.tgz: more than 5 redirects");
    expect((await download(URL_, [status(302, "https://")])).ended).toContain("a redirect to nowhere");
  });

  it("is tried four times where trying may help, with longer pauses", async () => {
    expect(await download(URL_, [status(503), broken, status(429), body("ok")])).toMatchObject({
      ended: "ok",
      waited: [500, 2000, 5000],
    });
    expect((await download(URL_, [broken, broken, broken, broken])).ended).toBe(
      "network: https://r.invalid/a.tgz: fetch failed (4 tries)",
    );
  });

  it.each([
    [404, "not-found: https://r.invalid/a.tgz: status 404"],
    [410, "not-found: https://r.invalid/a.tgz: status 410"],
    [403, "network: https://r.invalid/a.tgz: status 403"],
  ])("is not tried again after %i", async (code, ended) => {
    expect(await download(URL_, [status(code)])).toEqual({ ended, asked: [URL_], waited: [] });
  });

  it("ends at its bound, whatever length was announced", async () => {
    const { ended } = await download(URL_, [
      () => new Response("x".repeat(11), { headers: { "content-length": "1" } }),
    ]);
    expect(ended).toBe("archive-refused: https://r.invalid/a.tgz: more than 10 bytes");
  });

  it("stops when the caller stops", async () => {
    const stop = new AbortController();
    stop.abort(new Error("stopped"));
    const { ended, waited } = await download(URL_, [broken], { signal: stop.signal });
    expect([ended, waited]).toEqual(["undefined: stopped", []]);
  });
});
