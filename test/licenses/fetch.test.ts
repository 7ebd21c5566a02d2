import { describe, expect, it } from "vitest";
import { makeTree } from "../support/tree.ts";
import { fetched, hexOf, licenses, lockOf, loopback, packageOf, placeOf } from "./loopback.ts";
import { CASES, LICENSE } from "./registry-cases.ts";

describe.each(Object.entries(CASES))("licenses fetch from %s", (_name, each) => {
  it("writes one fact, and asks nobody a second time", async () => {
    const server = await loopback();
    each.serve(server);
    const [tree, facts] = [makeTree(each.tree), makeTree({})];
    const registry = [each.registry(server.url)];
    const first = await fetched(tree, facts, { registry });
    expect([first.status, first.said.got, first.said.missing]).toEqual([0, 1, []]);
    expect(server.asked.map(({ path }) => path)).toEqual(each.asked);
    expect(first.facts).toEqual([
      {
        schemaVersion: "supply-gate/license-fact-1",
        purl: each.purl,
        archive: { sha256: hexOf(each.archive), bytes: each.archive.length, locked: each.locked },
        declared: each.declared,
        files: [{ ...LICENSE, path: each.file ?? "LICENSE" }],
        scanner: null,
        ignored: [],
        ignoredCounts: {},
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    const again = await fetched(tree, facts, { registry });
    expect([again.status, again.said.had, again.said.got, again.facts]).toEqual([0, 1, 0, first.facts]);
    expect(server.asked).toHaveLength(each.asked.length);
  });
});

describe("licenses fetch", () => {
  const two = { a: packageOf("MIT"), b: packageOf("ISC") };

  it("with --lockfile takes that one alone", async () => {
    const server = await loopback({ [placeOf("a")]: two.a, [placeOf("b")]: two.b });
    const locks = { "package-lock.json": lockOf({ a: two.a }), "sub/package-lock.json": lockOf({ b: two.b }) };
    const options = { registry: [`npm=${server.url}`], lockfile: ["sub/package-lock.json"] };
    const { status, facts } = await fetched(makeTree(locks), makeTree({}), options);
    expect([status, facts.map(({ purl }) => purl)]).toEqual([0, ["pkg:npm/b@1.0.0"]]);
  });

  it.each(["README.md", "gone/package-lock.json", "../package-lock.json"])("refuses --lockfile %s", async (path) => {
    const tree = makeTree({ "package-lock.json": lockOf(two), "README.md": "x" });
    await expect(licenses({ path: tree, facts: makeTree({}), lockfile: [path] })).rejects.toMatchObject({
      code: "USAGE_INVALID",
      message: `${path}: found no lockfile there, expected one of the tree`,
    });
  });

  it("with --offline asks nobody, uses what is at hand, and says what is missing", async () => {
    const server = await loopback({ [placeOf("a")]: two.a });
    const facts = makeTree({});
    const registry = [`npm=${server.url}`];
    await fetched(makeTree({ "package-lock.json": lockOf({ a: two.a }) }), facts, { registry });
    const tree = makeTree({ "package-lock.json": lockOf(two) });
    const { status, said } = await fetched(tree, facts, { registry, offline: true });
    expect([status, said.had, said.got, server.asked.length]).toEqual([3, 1, 0, 1]);
    expect(said.missing).toEqual([
      {
        purl: "pkg:npm/b@1.0.0",
        lockfile: "package-lock.json",
        reason: "network",
        detail: "not asked for: --offline",
      },
    ]);
  });

  it("asks once for what several lockfiles lock", async () => {
    const server = await loopback({ [placeOf("a")]: two.a });
    const tree = makeTree({ "package-lock.json": lockOf({ a: two.a }), "x/package-lock.json": lockOf({ a: two.a }) });
    const { status } = await fetched(tree, makeTree({}), { registry: [`npm=${server.url}`] });
    expect([status, server.asked.length]).toEqual([0, 1]);
  });

  it("tells in words what it did", async () => {
    const server = await loopback({ [placeOf("a")]: two.a, [placeOf("b")]: Buffer.from("other") });
    const tree = makeTree({ "package-lock.json": lockOf(two) });
    const { text } = await licenses({ path: tree, facts: makeTree({}), registry: [`npm=${server.url}`] });
    expect(text.replace(/[\d.]+ s$/m, "0 s").split("\n")).toEqual([
      "pkg:npm/b@1.0.0: hash-mismatch: 5 bytes that don't have the locked sha512 (package-lock.json)",
      "licence files were not scanned: --no-scan",
      "1 facts (0 at hand, 1 fetched), 0 of them without a known licence; 1 packages without a fact (1 hash-mismatch); 0 s",
      "",
    ]);
  });
});
