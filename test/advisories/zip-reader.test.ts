import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { readZip, type ZipLimits } from "../../pipeline/advisories/zip-reader.ts";
import { writeZip } from "../../pipeline/advisories/zip-writer.ts";
import { makeTree } from "../support/tree.ts";
import { type MadeEntry, makeZip } from "./zip.ts";

const LIMITS: ZipLimits = { entryBytes: 1000, totalBytes: 2000, entries: 5 };
const content = Buffer.from("content");

async function namesOf(bytes: Uint8Array): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of readZip(join(makeTree({ "a.zip": bytes }), "a.zip"), LIMITS)) names.push(name);
  return names;
}

const bomb = Buffer.alloc(100_000);
const HOSTILE: readonly [string, readonly MadeEntry[], RegExp][] = [
  [
    "an entry that unfolds to more than it states",
    [{ name: "b.json", content: bomb, packed: deflateRawSync(bomb), method: 8, size: 10 }],
    /a\.zip#b\.json: does not unfold to the 10 bytes/,
  ],
  [
    "an entry that states more than the limit",
    [{ name: "b.json", content: bomb, packed: deflateRawSync(bomb), method: 8 }],
    /a\.zip#b\.json: found 100000 bytes, expected at most 1000/,
  ],
  [
    "an entry that unfolds to less than it states",
    [{ name: "b.json", content, packed: deflateRawSync(content), method: 8, size: 10 }],
    /a\.zip#b\.json: unfolds to 7 bytes, expected 10/,
  ],
  [
    "entries that are too much together",
    ["a", "b", "c"].map((name) => ({ name, content: Buffer.alloc(900) })),
    /a\.zip#c: unfolds to more than 2000 bytes in all/,
  ],
  [
    "too many entries",
    ["a", "b", "c", "d", "e", "f"].map((name) => ({ name, content })),
    /found 6 entries, expected at most 5/,
  ],
  [
    "a name above the folder",
    [{ name: "../x.json", content }],
    /a\.zip: is no whole zip \(invalid relative path: \.\.\/x\.json\)/,
  ],
  ["an absolute name", [{ name: "/x.json", content }], /absolute path: \/x\.json/],
  ["a name with a backslash", [{ name: "..\\x.json", content }], /invalid characters in fileName/],
  [
    "the same name twice",
    [
      { name: "x", content },
      { name: "x", content },
    ],
    /a\.zip#x: found the same name twice/,
  ],
  ["an encrypted entry", [{ name: "x", content: Buffer.alloc(20), size: 8, flags: 1 }], /a\.zip#x: is encrypted/],
  ["another compression", [{ name: "x", content, method: 12 }], /a\.zip#x: found compression method 12/],
  ["a wrong checksum", [{ name: "x", content, crc: 1 }], /a\.zip#x: its checksum is wrong/],
  [
    "damaged content",
    [{ name: "x", content, packed: Buffer.from("ffffff", "hex"), method: 8 }],
    /a\.zip#x: does not unfold/,
  ],
];

it.each(HOSTILE)("refuses %s", async (_, entries, message) => {
  await expect(namesOf(makeZip(entries))).rejects.toMatchObject({
    code: "ADVISORIES_INVALID",
    message: expect.stringMatching(message),
  });
});

it.each([0, 1, 10, 40, 60, 80])("refuses a zip that is cut after %i bytes", async (length) => {
  const bytes = makeZip([{ name: "x.json", content }]);
  await expect(namesOf(bytes.subarray(0, length))).rejects.toMatchObject({ code: "ADVISORIES_INVALID" });
});

it("refuses a file that is not there", async () => {
  await expect(readZip(join(makeTree({}), "none.zip")).next()).rejects.toThrow(/none\.zip: can't be read \(ENOENT\)/);
});

it("reads back what the writer wrote, past the 65,535 entries of a plain zip", async () => {
  const path = join(makeTree({}), "all.zip");
  const names = Array.from({ length: 70_000 }, (_, index) => `${100_000 + index}.json`);
  writeZip(
    path,
    names.map((name) => ({ name, content: Buffer.from(name) })),
  );
  const found: string[] = [];
  for await (const entry of readZip(path)) {
    expect(entry.content.toString()).toBe(entry.name);
    found.push(entry.name);
  }
  expect(found).toEqual(names);
});

it("writes these very bytes", () => {
  const path = join(makeTree({}), "all.zip");
  expect(writeZip(path, [{ name: "x.json", content: Buffer.from("{}") }])).toEqual({
    size: 112,
    sha256: "961d04e423427e8fb653be81036805ab746cd744c29e061e1939dab041fa46ba",
  });
});
