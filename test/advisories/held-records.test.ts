import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordsIn } from "../../pipeline/advisories/held-records.ts";
import { indexZip } from "../../pipeline/advisories/zip-index.ts";
import { readZip } from "../../pipeline/advisories/zip-reader.ts";
import { writeZip } from "../../pipeline/advisories/zip-writer.ts";
import { makeSnapshot } from "../support/made-snapshot.ts";
import { makeTree } from "../support/tree.ts";
import { advisory } from "./records.ts";
import { type MadeEntry, makeZip } from "./zip.ts";

const content = Buffer.from("content");
const written = (names: readonly string[]) => {
  const path = join(makeTree({}), "all.zip");
  writeZip(
    path,
    names.map((name) => ({ name, content: Buffer.from(`content of ${name}`) })),
  );
  return path;
};

describe("single entries of a zip", () => {
  it("are the same as those that are read in order", async () => {
    const path = written(["a.json", "b c.json", "z.json"]);
    const index = indexZip(path, "a.zip");
    for await (const { name, content } of readZip(path)) expect(index.read(name)).toEqual(content);
    expect(index.read("b.json")).toBeNull();
    expect(index.read("__proto__")).toBeNull();
  });

  it.each([65_534, 65_535])("are found among %i", (count) => {
    const index = indexZip(written(Array.from({ length: count }, (_, place) => `${place}`)), "a.zip");
    expect(index.read(`${count - 1}`)?.toString()).toBe(`content of ${count - 1}`);
    expect(index.read(`${count}`)).toBeNull();
  });

  it("are none in a zip without entries", () => {
    expect(indexZip(written([]), "a.zip").read("a")).toBeNull();
  });

  const OTHER: readonly [string, readonly MadeEntry[], RegExp][] = [
    ["a compressed entry", [{ name: "a", content, method: 8 }], /^a\.zip#a: found an entry that is compressed/],
    ["a wrong checksum", [{ name: "a", content, crc: 1 }], /^a\.zip#a: its checksum is wrong/],
    ["an entry past the end", [{ name: "a", content, size: 5000 }], /^a\.zip#a: found 107 bytes, expected bytes up to/],
    [
      "the same name twice",
      [
        { name: "a", content },
        { name: "a", content },
      ],
      /^a\.zip#a: found the same name twice/,
    ],
  ];
  it.each(OTHER)("of a zip with %s are refused", (_what, entries, message) => {
    const path = join(makeTree({ "a.zip": makeZip(entries) }), "a.zip");
    expect(() => indexZip(path, "a.zip").read("a")).toThrow(message);
  });

  it("of a zip that is cut anywhere, or has one byte more, are refused or the same", () => {
    const whole = readFileSync(written(["a", "b"]));
    for (let length = 0; length < whole.length; length += 1) {
      const path = join(makeTree({ "a.zip": whole.subarray(0, length) }), "a.zip");
      expect(() => indexZip(path, "a.zip")).toThrow(expect.objectContaining({ code: "ADVISORIES_INVALID" }));
    }
    const path = join(makeTree({ "a.zip": Buffer.concat([whole, Buffer.from("x")]) }), "a.zip");
    expect(() => indexZip(path, "a.zip")).toThrow(/found no end of a zip's directory/);
  });

  it("of a zip with one bit changed are refused or the same, whichever it is", () => {
    const whole = readFileSync(written(["a", "b"]));
    const folder = makeTree({});
    const path = join(folder, "a.zip");
    const before = ["a", "b"].map((name) => `content of ${name}`);
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const changed = Buffer.from(whole);
      changed.writeUInt8((changed[bit >> 3] as number) ^ (1 << (bit & 7)), bit >> 3);
      writeFileSync(path, changed);
      try {
        const index = indexZip(path, "a.zip");
        const found = ["a", "b"].map((name) => index.read(name)?.toString());
        // Another name is another entry: then the one that is asked for is not there.
        expect(found.every((text, place) => text === undefined || text === before[place])).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: "ADVISORIES_INVALID" });
      }
    }
  });

  it("of a zip that is not there are refused", () => {
    expect(() => indexZip(join(makeTree({}), "a.zip"), "a.zip")).toThrow(/^a\.zip: can't be read \(ENOENT\)/);
  });
});

describe("single records of a snapshot", () => {
  const { dir } = makeSnapshot({ npm: [advisory("A-1", { summary: "made up" })] });

  it("are found by ecosystem and id, canaries too", () => {
    const record = recordsIn(dir);
    expect(JSON.parse(record("npm", "A-1") ?? "null")).toMatchObject({ id: "A-1", summary: "made up" });
    expect(record("npm", "SUPPLY-GATE-CANARY-NPM-RANGE")).toContain("made up by supply-gate");
    expect(record("npm", "A-2")).toBeNull();
    expect(record("Go", "A-1")).toBeNull();
  });

  it.each(["../osv-scalibr/npm", "..", ".", "", "/", "npm/", "constructor", "__proto__"])(
    "are not looked for outside of its databases: %j",
    (ecosystem) => {
      expect(readdirSync(dir)).toContain("osv-scalibr");
      expect(recordsIn(dir)(ecosystem, "A-1")).toBeNull();
    },
  );
});
