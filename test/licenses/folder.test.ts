import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sealed } from "../../pipeline/licenses/fact.ts";
import { writeFact } from "../../pipeline/licenses/store.ts";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import { makeTree } from "../support/tree.ts";
import { fetched, licenses, lockOf, loopback, packageOf, placeOf } from "./loopback.ts";
import { A, B, bytesIn, factOf, placesOf, store } from "./made-store.ts";

const contentOf = ({ digest: _digest, ...content }: LicenseFact) => content;

describe("licenses export and import", () => {
  it("give the same bytes to an empty folder, twice as well as once", async () => {
    const [from, between, to] = [store(A, B), makeTree({}), join(makeTree({}), "new")];
    expect((await licenses({ action: "export", facts: from, path: between })).text).toBe("2 facts exported\n");
    expect((await licenses({ action: "import", facts: to, path: between })).text).toBe("2 facts imported\n");
    expect(bytesIn(to)).toEqual(bytesIn(from));
    await licenses({ action: "import", facts: to, path: between });
    expect(bytesIn(to)).toEqual(bytesIn(from));
  });

  it.each([
    [
      "contradicts one that is there",
      () => store(factOf(A.purl, "GPL-3.0-only"), B),
      "pkg:npm/a@1.0.0: found two facts about one archive that differ, expected one",
    ],
    [
      "lies beside something else",
      () => {
        const folder = store(B);
        writeFileSync(join(folder, "readme"), "x");
        return folder;
      },
      "readme: found no fact, expected a folder of facts",
    ],
    ["is not there", () => makeTree({}), ": found no fact, expected a folder of facts"],
  ])("refuse a fact that %s, and write nothing", async (_what, other, message) => {
    const facts = store(A);
    const before = bytesIn(facts);
    await expect(licenses({ action: "import", facts, path: other() })).rejects.toMatchObject({
      code: "DOCUMENT_INVALID",
      message: expect.stringContaining(message),
    });
    expect(bytesIn(facts)).toEqual(before);
  });

  it("a fact that a scanner read takes the place of one that none read, never the other way", async () => {
    const read = sealed({ ...contentOf(A), scanner: { name: "scancode", version: "1" } });
    const [unread, full] = [store(A), store(read)];
    await licenses({ action: "import", facts: unread, path: full });
    expect(bytesIn(unread)).toEqual(bytesIn(full));
    await licenses({ action: "import", facts: full, path: store(A) });
    expect(bytesIn(full)).toEqual(bytesIn(unread));
    const other = store(sealed({ ...contentOf(A), scanner: { name: "scancode", version: "2" } }));
    await expect(licenses({ action: "import", facts: full, path: other })).rejects.toMatchObject({
      code: "DOCUMENT_INVALID",
    });
  });

  it("need a folder", async () => {
    await expect(licenses({ action: "export", facts: store(A) })).rejects.toMatchObject({ code: "USAGE_INVALID" });
  });
});

describe("licenses verify --online", () => {
  const made = packageOf("MIT");
  const tree = makeTree({ "package-lock.json": lockOf({ made }) });

  it("gets every archive again, and tells a fact that says something else", async () => {
    const server = await loopback({ [placeOf("made")]: made });
    const facts = makeTree({});
    const registry = [`npm=${server.url}`];
    const [fact] = (await fetched(tree, facts, { registry })).facts;
    const verify = { action: "verify", online: true, path: tree, facts, registry } as const;
    expect(await licenses(verify)).toMatchObject({ status: 0, text: "1 facts, 0 wrong\n" });
    writeFact(
      facts,
      sealed({ ...contentOf(fact as LicenseFact), declared: [{ raw: "ISC", from: "package.json#license" }] }),
    );
    expect((await licenses({ action: "verify", facts })).status).toBe(0);
    expect(await licenses(verify)).toMatchObject({
      status: 3,
      text: "pkg:npm/made@1.0.0: the archive says something else than the fact\n1 facts, 1 wrong\n",
    });
    delete server.pages[placeOf("made")];
    expect((await licenses(verify)).text).toContain("pkg:npm/made@1.0.0: not-found: ");
  });
});

it("two fetches into one folder leave the facts of one", async () => {
  const archives = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`p${index}`, packageOf(`L${index}`)]));
  const pages = Object.entries(archives).map(([name, bytes]) => [placeOf(name), bytes] as const);
  const { url } = await loopback(Object.fromEntries(pages));
  const tree = makeTree({ "package-lock.json": lockOf(archives) });
  const [both, one] = [makeTree({}), makeTree({})];
  const options = { path: tree, registry: [`npm=${url}`] };
  const ends = await Promise.all([licenses({ ...options, facts: both }), licenses({ ...options, facts: both })]);
  expect(ends.map(({ status }) => status)).toEqual([0, 0]);
  await licenses({ ...options, facts: one });
  expect([placesOf(one).length, bytesIn(both)]).toEqual([20, bytesIn(one)]);
});
