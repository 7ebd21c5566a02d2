import { describe, expect, it } from "vitest";
import type { DownloadWorld } from "../../pipeline/licenses/download.ts";
import { REGISTRY_CLIENTS } from "../../pipeline/licenses/registry/clients.ts";
import type { Registries } from "../../pipeline/licenses/registry/registries.ts";
import type { WantedArchive } from "../../pipeline/licenses/wanted.ts";

const SHA256 = "cd".repeat(32);
const NOWHERE: Registries = { npm: null, "crates.io": null, Go: [], goPrivate: [], PyPI: null };

/** What a client asks for where `pages` are all that there is, and how that ends. */
async function ask(
  wanted: Pick<WantedArchive, "ecosystem" | "name"> & Partial<WantedArchive>,
  registries: Partial<Registries>,
  pages: Readonly<Record<string, string>> = {},
) {
  const asked: string[] = [];
  const world: DownloadWorld = {
    fetch: async ({ href }) => {
      asked.push(href.replace("https://", ""));
      return new Response(pages[href.replace("https://", "")] ?? null, {
        status: Object.hasOwn(pages, href.replace("https://", "")) ? 200 : 404,
      });
    },
    sleep: async () => {},
    signal: new AbortController().signal,
    attemptMs: 60_000,
    maxBytes: 10_000,
    origins: new Set(),
  };
  const whole = {
    version: "1.0.0",
    anyOf: [{ algorithm: "sha256", value: SHA256 } as const],
    purl: "",
    lockfile: "",
    ...wanted,
  };
  const ended = await REGISTRY_CLIENTS[wanted.ecosystem]?.(whole, { ...NOWHERE, ...registries }, world).then(
    (bytes) => bytes.toString(),
    ({ reason, message }) => `${reason}: ${message}`,
  );
  return { asked, ended };
}

describe("a Go proxy", () => {
  const Go = [new URL("https://a.invalid/"), new URL("https://b.invalid/x/")];
  const made = { ecosystem: "Go", name: "e.invalid/Corp/made" } as const;

  it("is asked before the next one", async () => {
    const second = "b.invalid/x/e.invalid/!corp/made/@v/v1.0.0.zip";
    const asked = ["a.invalid/e.invalid/!corp/made/@v/v1.0.0.zip", second];
    expect(await ask(made, { Go }, { [second]: "zip" })).toEqual({ asked, ended: "zip" });
    expect((await ask(made, {})).ended).toBe("network: no Go proxy is configured");
  });

  it.each<[string, boolean]>([
    ["e.invalid", true],
    ["*.invalid/Corp", true],
    ["e.invalid/C*p", true],
    ["e.invalid/*/made", true],
    ["e.invalid/Corp/made/more", false],
    ["e.invalid/corp", false],
    ["invalid", false],
    ["*.invalid.*", false],
    ["e*d*d", false],
    [`${"*a".repeat(500)}*`, false],
  ])("is asked nothing about what GONOPROXY=%s matches", async (pattern, isPrivate) => {
    const { asked, ended } = await ask(made, { Go, goPrivate: [pattern] });
    expect([asked.length, ended?.slice(0, 10)]).toEqual(isPrivate ? [0, "not-regist"] : [2, "not-found:"]);
  });
});

describe("a registry of crates", () => {
  const made = { ecosystem: "crates.io", name: "Made-up" } as const;
  const old = "registry+https://r.invalid/i/made.invalid-index";

  it.each([
    ["no template", "https://d.invalid/api", "d.invalid/api/Made-up/1.0.0/download"],
    ["names", "https://d.invalid/{crate}/{crate}-{version}.crate", "d.invalid/Made-up/Made-up-1.0.0.crate"],
    ["prefixes", "https://d.invalid/{prefix}/{lowerprefix}/{crate}", "d.invalid/Ma/de/ma/de/Made-up"],
    ["the checksum", "https://d.invalid/{sha256-checksum}", `d.invalid/${SHA256}`],
  ])("says by %s where archives are", async (_what, dl, place) => {
    const pages = { "index.made.invalid/config.json": JSON.stringify({ dl }), [place]: "crate" };
    expect(await ask({ ...made, source: old }, {}, pages)).toEqual({ asked: Object.keys(pages), ended: "crate" });
  });

  it.each([
    [
      "onto this machine",
      '{"dl":"https://127.0.0.1"}',
      "network: https://127.0.0.1/Made-up/1.0.0/download: found the address https://127.0.0.1, expected https and a host's name",
    ],
    ["nowhere", '{"dl":"here"}', "network: an index whose config.json names no address"],
    [
      "in no way that can be read",
      "{}",
      "network: https://index.made.invalid: an index without a readable config.json",
    ],
  ])("that leads %s is told", async (_what, config, ended) => {
    const pages = { "index.made.invalid/config.json": config };
    expect(await ask({ ...made, source: old }, {}, pages)).toEqual({ asked: Object.keys(pages), ended });
  });

  it("without an address is none", async () => {
    const ended = "not-registry: Cargo.lock names a registry that has no address";
    expect(await ask({ ...made, source: "local-registry+/here" }, {})).toEqual({ asked: [], ended });
  });
});

describe("a PyPI index", () => {
  const made = { ecosystem: "PyPI", name: "made" } as const;
  const PyPI = new URL("https://r.invalid/simple/");
  const file = (filename: string, sha256 = SHA256, size = 1) => ({
    filename,
    url: `/f/${filename}`,
    hashes: { sha256 },
    size,
  });
  const page = (...files: readonly object[]) => ({ "r.invalid/simple/made/": JSON.stringify({ files }) });

  it("is asked for the source, else for the smallest wheel, of those with a locked hash", async () => {
    const wheels = [file("b.whl", SHA256, 9), file("a.whl", SHA256, 2), file("c.whl", "ab".repeat(32), 1)];
    expect((await ask(made, { PyPI }, page(...wheels))).asked[1]).toBe("r.invalid/f/a.whl");
    expect((await ask(made, { PyPI }, page(...wheels, file("z.zip"), file("y.tar.gz")))).asked[1]).toBe(
      "r.invalid/f/y.tar.gz",
    );
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      "that has only other files",
      page(file("a.whl", "ab".repeat(32)), file("a.exe")),
      "not-found: the index has 1 files with a locked hash, none of them readable",
    ],
    [
      "that answers in HTML",
      { "r.invalid/simple/made/": "<html>" },
      "network: https://r.invalid: an index without the Simple API's JSON form",
    ],
    ["that has no such project", {}, "not-found: https://r.invalid/simple/made/: status 404"],
  ])("%s is told", async (_what, pages, ended) => {
    expect((await ask(made, { PyPI }, pages)).ended).toBe(ended);
    expect((await ask(made, {})).ended).toBe("network: no PyPI index is configured");
  });
});
