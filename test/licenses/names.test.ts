import { describe, expect, it } from "vitest";
import { ARCHIVE_LIMITS } from "../../pipeline/licenses/archive/limits.ts";
import { fetchArchives } from "../../pipeline/licenses/fetch-facts.ts";
import type { Ecosystem } from "../../schemas/common.ts";

const sha256 = { algorithm: "sha256", value: "cd".repeat(32) } as const;
const BASE = "https://r.invalid/some/place/";

/** What registries are asked for when a lockfile names this package. */
async function asked(ecosystem: Ecosystem, name: string, version = "1.0.0", source?: string) {
  const places: string[] = [];
  const base = new URL(BASE);
  const world = {
    registries: { npm: base, "crates.io": base, Go: [base], goPrivate: [], PyPI: base },
    origins: new Set([base.origin]),
    fetch: async (place: URL) => {
      places.push(place.href);
      const isConfig = place.href === `${BASE}config.json`;
      return new Response(isConfig ? JSON.stringify({ dl: `${BASE}dl` }) : null, { status: isConfig ? 200 : 404 });
    },
    sleep: async () => {},
    signal: new AbortController().signal,
    attemptMs: 60_000,
    maxBytes: 1000,
    limits: ARCHIVE_LIMITS,
    parallel: 1,
    onDone: () => {},
  };
  const wanted = { ecosystem, name, version, source, anyOf: [sha256], purl: "pkg:x/x", lockfile: "lock" };
  const { missing } = await fetchArchives([wanted], world);
  return { places: places.filter((place) => place !== `${BASE}config.json`), reason: missing[0]?.reason };
}

const CRATES = "registry+https://r.invalid/made-index";

describe.each<[Ecosystem, string | undefined, string]>([
  ["npm", undefined, "made/-/made-1.0.0.tgz"],
  ["crates.io", CRATES, "dl/made/1.0.0/download"],
  ["Go", undefined, "made/@v/v1.0.0.zip"],
  ["PyPI", undefined, "made/"],
])("a package name of %s", (ecosystem, source, place) => {
  it("is looked for below the registry's address", async () => {
    expect((await asked(ecosystem, "made", "1.0.0", source)).places).toEqual([BASE + place]);
  });

  it.each([
    "../../admin",
    "../made",
    "..",
    ".",
    "a/../../b",
    "a/%2e%2e/%2e%2e/b",
    "//elsewhere.invalid/made",
    "/made",
    "\\\\elsewhere.invalid\\made",
    "https://elsewhere.invalid/made",
    "made?x=y",
    "made#x",
    "made\nx",
    "made\ud800",
  ])("never leads elsewhere: %j", async (name) => {
    const { places, reason } = await asked(ecosystem, name, "1.0.0", source);
    expect([places.filter((each) => !stays(each)), reason]).toEqual([[], "not-found"]);
  });

  it.each(["1.0.0/../../../../../admin", "1?x", "1#x", "../.."])("nor does a version: %j", async (version) => {
    const { places, reason } = await asked(ecosystem, "made", version, source);
    expect([places.filter((each) => !stays(each)), reason]).toEqual([[], "not-found"]);
  });
});

/** Below the registry's own address, without a question or a fragment. */
function stays(place: string): boolean {
  const { origin, pathname, search, hash } = new URL(place);
  return (
    `${origin}${pathname}`.startsWith(BASE) &&
    !/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(pathname) &&
    search + hash === ""
  );
}
