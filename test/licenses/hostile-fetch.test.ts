import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeTree } from "../support/tree.ts";
import { fetched, lockOf, loopback, packageOf, placeOf } from "./loopback.ts";
import { repeatedGz, tarEntry, tarGz, zipOf } from "./made-archive.ts";

afterEach(() => vi.unstubAllEnvs());

const made = packageOf("MIT");
const manifest = (text: string) => tarGz([{ name: "package/package.json", content: text }]);

/** Fetches these packages; gives what is missing, the facts, and all that lies in the folder around tree, facts and temporary files. */
async function fetchAll(archives: Readonly<Record<string, Buffer>>) {
  const around = makeTree({ "tree/package-lock.json": lockOf(archives) });
  for (const folder of ["facts", "tmp"]) mkdirSync(join(around, folder));
  vi.stubEnv("TMPDIR", join(around, "tmp"));
  const server = await loopback(
    Object.fromEntries(Object.entries(archives).map(([name, bytes]) => [placeOf(name), bytes])),
  );
  const options = { registry: [`npm=${server.url}`] };
  const { status, said, facts } = await fetched(join(around, "tree"), join(around, "facts"), options);
  const written = readdirSync(around, { recursive: true, encoding: "utf8" }).sort();
  return { status, missing: said.missing.map(({ purl, detail }) => `${purl}: ${detail}`), facts, written };
}

const PLACE = /^facts(?:\/[0-9a-f]{2}(?:\/[0-9a-f]{64}\.json)?)?$/;

describe("a hostile archive with the locked hash", () => {
  it("writes nothing outside the fact store, and keeps none of the others from it", async () => {
    const archives = {
      bomb: Buffer.concat([
        gzipSync(tarEntry({ name: "package/x", size: 2 ** 29 })),
        repeatedGz(Buffer.alloc(2 ** 20), 64),
      ]),
      cut: made.subarray(0, 40),
      escape: tarGz([
        { name: "package/package.json", content: '{"license":"MIT"}' },
        { name: "package/../../../../LICENSE", content: "x" },
        { name: "/tmp/LICENSE", content: "x" },
        { name: "package/LICENSE", type: "2", link: "../../../LICENSE" },
        { name: "package/COPYING", type: "1", link: "/etc/passwd" },
        { name: "package/NOTICE", type: "3" },
      ]),
      folder: zipOf({ "../../LICENSE": "x", "package/package.json": '{"license":"MIT"}' }),
      made,
      text: Buffer.from("no archive"),
    };
    const { status, missing, facts, written } = await fetchAll(archives);
    expect([status, missing]).toEqual([
      3,
      [
        "pkg:npm/bomb@1.0.0: more than 200 bytes unpacked from each byte",
        "pkg:npm/cut@1.0.0: no whole gzip (unexpected end of file)",
        "pkg:npm/text@1.0.0: neither a gzipped tar nor a zip",
      ],
    ]);
    expect(facts.map(({ purl, files, ignoredCounts }) => [purl, files, ignoredCounts])).toEqual([
      ["pkg:npm/escape@1.0.0", [], { traversal: 1, absolute: 1, symlink: 1, hardlink: 1, "special-file": 1 }],
      ["pkg:npm/folder@1.0.0", [], { traversal: 1 }],
      ["pkg:npm/made@1.0.0", [], {}],
    ]);
    expect(written.filter((path) => !PLACE.test(path))).toEqual(["tmp", "tree", "tree/package-lock.json"]);
    expect(written.filter((path) => path.endsWith(".json") && path.startsWith("facts"))).toHaveLength(3);
  });

  it.each<[string, string, string[]]>([
    [
      "a licence nested without end",
      `{"license":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
      ["a value nested too deep to be a licence"],
    ],
    ["half of a surrogate pair", '{"license":"\\ud800"}', ["\uFFFD"]],
    ["a pair where the text is cut", `{"license":"${"x".repeat(3999)}\u{1F600}"}`, [`${"x".repeat(3999)}\uFFFD…`]],
    ["a prototype", '{"__proto__":{"license":"GPL"},"license":"MIT"}', ["MIT"]],
  ])("that declares %s is read, or refused, like any other", async (_what, text, raw) => {
    const { status, facts } = await fetchAll({ made, odd: manifest(text) });
    expect([status, facts.map(({ declared }) => declared.map((each) => each.raw))]).toEqual([0, [["MIT"], raw]]);
  });

  it("that declares 100,000 licences is refused: facts are kept for ever", async () => {
    const { missing } = await fetchAll({ odd: manifest(`{"licenses":[${"1,".repeat(100_000)}1]}`) });
    expect(missing).toEqual(["pkg:npm/odd@1.0.0: 100001 declared licences, more than 100"]);
  });

  it("whose names are cut in the middle of a character is named all the same", async () => {
    const long = `package/${"x".repeat(291)}\u{1F600}`;
    const pax = (path: string) => {
      const record = ` path=${path}\n`;
      const length = Buffer.byteLength(record) + 3;
      return { name: "pax", type: "x", content: `${length}${record}` };
    };
    const archive = tarGz([
      { name: "package/package.json", content: "{}" },
      pax(long),
      { name: "x", type: "2", link: "y" },
    ]);
    const { status, facts } = await fetchAll({ odd: archive });
    expect([status, facts[0]?.ignored]).toEqual([0, [{ path: `${long.slice(0, 299)}\uFFFD`, reason: "symlink" }]]);
  });
});
