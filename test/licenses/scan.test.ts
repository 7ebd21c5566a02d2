import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CACHE } from "../split/repository.ts";
import { makeTree } from "../support/tree.ts";
import { fetched, lockOf, loopback, packageOf, placeOf } from "./loopback.ts";

const MIT = `MIT License

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.
`;

const archives = {
  bare: packageOf("MIT"),
  made: packageOf("MIT", { name: "package/LICENSE", content: MIT }),
  plain: packageOf("ISC", { name: "package/NOTICE", content: "Nothing is said here.\n" }),
};
const tree = makeTree({ "package-lock.json": lockOf(archives) });
const pages = Object.fromEntries(Object.entries(archives).map(([name, bytes]) => [placeOf(name), bytes]));
const scanned = (facts: Awaited<ReturnType<typeof fetched>>["facts"]) =>
  facts.map(({ purl, scanner, files }) => [purl, scanner?.name ?? null, files.map(({ detected }) => detected)]);

describe("licence files", () => {
  it("are kept unread, aloud, where no scanner is installed, and are open for the next fetch", async () => {
    const server = await loopback(pages);
    const [facts, machine] = [makeTree({}), { cacheRoot: makeTree({}) }];
    const options = { registry: [`npm=${server.url}`], scan: true };
    const first = await fetched(tree, facts, options, machine);
    expect([first.status, first.said.got, scanned(first.facts)]).toEqual([
      0,
      3,
      [
        ["pkg:npm/bare@1.0.0", null, []],
        ["pkg:npm/made@1.0.0", null, [null]],
        ["pkg:npm/plain@1.0.0", null, [null]],
      ],
    ]);
    expect(first.said.notScanned).toContain("scancode");
    const again = await fetched(tree, facts, options, machine);
    expect([again.said.had, again.said.got, again.facts]).toEqual([1, 2, first.facts]);
  });
});

const SCANCODE = join(CACHE, "tools/scancode");
const installed = existsSync(SCANCODE) && readdirSync(SCANCODE).length > 0;

describe.skipIf(!installed)("licence files and the real scancode (skipped until it is installed)", () => {
  it("are read by a fetch after one with --no-scan, each once", { timeout: 180_000 }, async () => {
    const server = await loopback(pages);
    const [facts, machine] = [makeTree({}), { cacheRoot: CACHE, env: process.env }];
    const options = { registry: [`npm=${server.url}`] };
    const first = await fetched(tree, facts, { ...options, scan: false }, machine);
    expect([first.said.notScanned, scanned(first.facts)[1]]).toEqual([
      "--no-scan",
      ["pkg:npm/made@1.0.0", null, [null]],
    ]);
    const second = await fetched(tree, facts, { ...options, scan: true }, machine);
    expect([second.status, second.said.notScanned, scanned(second.facts)]).toEqual([
      0,
      null,
      [
        ["pkg:npm/bare@1.0.0", null, []],
        ["pkg:npm/made@1.0.0", "scancode", ["MIT"]],
        ["pkg:npm/plain@1.0.0", "scancode", [null]],
      ],
    ]);
    const asked = server.asked.length;
    const third = await fetched(tree, facts, { ...options, scan: true }, machine);
    expect([third.said.had, third.facts, server.asked.length]).toEqual([3, second.facts, asked]);
  });
});
