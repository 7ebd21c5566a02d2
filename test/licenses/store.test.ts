import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { factText, findFact, writeFact } from "../../pipeline/licenses/store.ts";
import { makeTree } from "../support/tree.ts";
import { licenses } from "./loopback.ts";
import { A, B, bytesIn, locked, placesOf, store } from "./made-store.ts";

const KEY = "4ee21da5c75070da09812164d3d311dbdae08c268d47439e926d09684135fc09";
const pathOf = (folder: string): string => join(folder, placesOf(folder)[0] ?? "");

describe("a store of licence facts", () => {
  it("has a fact in its place, as canonical JSON with a line feed, and nothing else", () => {
    const folder = store(A);
    expect(bytesIn(folder)).toEqual({ [`${KEY.slice(0, 2)}/${KEY}.json`]: factText(A) });
    expect(factText(A)).toMatch(
      /^\{"archive":\{"bytes":9,"locked":\{"algorithm":"sha512",.*"schemaVersion":"supply-gate\/license-fact-1"\}\n$/,
    );
    expect(findFact(folder, { purl: A.purl, anyOf: [{ algorithm: "sha1", value: "ab".repeat(20) }, locked] })).toEqual(
      A,
    );
    expect(findFact(folder, { purl: B.purl, anyOf: [locked] })).toBeUndefined();
    expect(findFact(join(folder, "gone"), { purl: A.purl, anyOf: [locked] })).toBeUndefined();
  });

  it.each<[string, (folder: string) => void, string]>([
    [
      "another content",
      (folder) => writeFileSync(pathOf(folder), factText({ ...A, declared: [] })),
      "another content than its digest says",
    ],
    [
      "another spelling",
      (folder) => writeFileSync(pathOf(folder), `${JSON.stringify(A, null, 1)}\n`),
      "a fact written in another way",
    ],
    [
      "the same text without its end",
      (folder) => writeFileSync(pathOf(folder), factText(A).trimEnd()),
      "a fact written in another way",
    ],
    ["the fact of another package", (folder) => writeFileSync(pathOf(folder), factText(B)), "a fact whose place is "],
    ["something that is no fact", (folder) => writeFileSync(pathOf(folder), "{}\n"), "schemaVersion"],
    ["half a fact", (folder) => writeFileSync(pathOf(folder), factText(A).slice(0, 99)), "JSON"],
    [
      "a folder",
      (folder) => {
        const path = pathOf(folder);
        unlinkSync(path);
        mkdirSync(path);
      },
      "no file",
    ],
    [
      "a link",
      (folder) => {
        const path = pathOf(folder);
        renameSync(path, `${folder}.fact`);
        symlinkSync(`${folder}.fact`, path);
      },
      "no file",
    ],
    [
      "a device",
      (folder) => {
        const path = pathOf(folder);
        unlinkSync(path);
        symlinkSync("/dev/zero", path);
      },
      "no file",
    ],
  ])("refuses %s in the place of a fact", async (_what, spoil, found) => {
    const folder = store(A);
    spoil(folder);
    const expected = expect.objectContaining({ code: "DOCUMENT_INVALID", message: expect.stringContaining(found) });
    expect(() => findFact(folder, { purl: A.purl, anyOf: [locked] })).toThrow(expected);
    const { status, text } = await licenses({ action: "verify", facts: folder });
    expect([status, text.split("\n").at(-2)]).toEqual([3, expect.stringMatching(/^[01] facts, 1 wrong$/)]);
    await expect(licenses({ action: "export", facts: folder, path: makeTree({}) })).rejects.toMatchObject({
      code: "DOCUMENT_INVALID",
    });
  });

  it("passes over what a killed writer left", async () => {
    const folder = store(A);
    const partial = `${pathOf(folder)}.4711.partial`;
    writeFileSync(partial, factText(A).slice(0, 99));
    expect((await licenses({ action: "list", facts: folder })).text).toBe(
      "pkg:npm/a@1.0.0  declared: MIT  detected: nothing\n1 facts\n",
    );
    expect(await licenses({ action: "verify", facts: folder })).toMatchObject({
      status: 0,
      text: "1 facts, 0 wrong\n",
    });
    const other = makeTree({});
    await licenses({ action: "export", facts: folder, path: other });
    expect(placesOf(other)).toEqual(placesOf(folder).filter((place) => place.endsWith(".json")));
    writeFact(folder, A);
    expect(existsSync(partial)).toBe(true);
  });

  it("writes through no link that somebody laid", () => {
    const victim = makeTree({ file: "mine" });
    const folder = store(A);
    const path = pathOf(folder);
    unlinkSync(path);
    symlinkSync(join(victim, "file"), path);
    symlinkSync(join(victim, "file"), `${path}.${process.pid}.partial`);
    writeFact(folder, A);
    expect([readFileSync(path, "utf8"), readFileSync(join(victim, "file"), "utf8")]).toEqual([factText(A), "mine"]);
    const linked = makeTree({});
    symlinkSync(victim, dirname(join(linked, path.slice(folder.length + 1))));
    expect(() => writeFact(linked, A)).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID" }));
    expect(placesOf(victim)).toEqual(["file"]);
  });
});
