import { setTimeout as sleepFor } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ARCHIVE_LIMITS } from "../../pipeline/licenses/archive/limits.ts";
import { type FetchWorld, fetchArchives } from "../../pipeline/licenses/fetch-facts.ts";
import { hashesOfIntegrity } from "../../pipeline/licenses/integrity.ts";
import type { WantedArchive } from "../../pipeline/licenses/wanted.ts";
import { loopback, type Page, packageOf, placeOf, sriOf } from "./loopback.ts";

const made = packageOf("MIT");

describe("a registry that is slow, broken or without end", () => {
  const wanted: WantedArchive = {
    name: "made",
    version: "1.0.0",
    anyOf: hashesOfIntegrity(sriOf(made)),
    ecosystem: "npm",
    purl: "pkg:npm/made@1.0.0",
    lockfile: "package-lock.json",
  };

  async function asked(page: Page, more: Partial<FetchWorld> = {}) {
    const server = await loopback({ [placeOf("made")]: page });
    const waited: number[] = [];
    const npm = new URL(`${server.url}/`);
    const world: FetchWorld = {
      registries: { npm, "crates.io": null, Go: [], goPrivate: [], PyPI: null },
      origins: new Set([npm.origin]),
      fetch: globalThis.fetch,
      sleep: async (ms) => void waited.push(ms),
      signal: new AbortController().signal,
      attemptMs: 60_000,
      maxBytes: 100_000,
      limits: ARCHIVE_LIMITS,
      parallel: 8,
      onDone: () => {},
      ...more,
    };
    const { got, missing } = await fetchArchives([wanted], world);
    return {
      got: got.length,
      missing: missing.map(({ reason, detail }) => `${reason}: ${detail.replace(server.url, "")}`),
      waited,
      times: server.asked.length,
    };
  }

  it("is asked again after 500s, four times in all", async () => {
    let left = 2;
    const page: Page = (_request, response) => void (left-- > 0 ? response.writeHead(500).end() : response.end(made));
    expect(await asked(page)).toEqual({ got: 1, missing: [], waited: [500, 2000], times: 3 });
    const never: Page = (_request, response) => void response.writeHead(503).end();
    expect(await asked(never)).toEqual({
      got: 0,
      missing: ["network: /made/-/made-1.0.0.tgz: status 503 (4 tries)"],
      waited: [500, 2000, 5000],
      times: 4,
    });
  });

  it("is asked again where the answer is cut off", async () => {
    let left = 1;
    const page: Page = (_request, response) => {
      response.writeHead(200, { "content-length": made.length });
      if (left-- > 0) response.write(made.subarray(0, 10), () => response.destroy());
      else response.end(made);
    };
    expect(await asked(page)).toMatchObject({ got: 1, times: 2 });
  });

  it("is given up where a body drips, or never begins", async () => {
    const drip: Page = async (request, response) => {
      while (!request.destroyed && !response.destroyed) {
        response.write("x");
        await sleepFor(5);
      }
    };
    const silent: Page = () => {};
    for (const page of [drip, silent]) {
      const { got, missing, times } = await asked(page, { attemptMs: 60 });
      expect([got, times]).toEqual([0, 4]);
      expect(missing[0]).toMatch(/^network: .*timeout \(4 tries\)$/);
    }
  });

  it("is left at the bound of bytes, also where they unfold on the way", async () => {
    const plain: Page = Buffer.alloc(100_001);
    const folded: Page = (_request, response) =>
      void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(50_000_000)));
    for (const page of [plain, folded]) {
      expect((await asked(page)).missing).toEqual(["archive-refused: /made/-/made-1.0.0.tgz: more than 100000 bytes"]);
    }
  });
});
