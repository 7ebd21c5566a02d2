import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildSnapshot, storeSnapshot } from "../../pipeline/advisories/build.ts";
import { readZip } from "../../pipeline/advisories/zip-reader.ts";
import { makeTree } from "../support/tree.ts";
import { advisory, affected, GIT_RANGE, zipOf } from "./records.ts";
import { makeZip } from "./zip.ts";

const RECORDS = [
  advisory("C-3", { withdrawn: "2024-06-01T00:00:00Z" }),
  advisory("A-1", { modified: "0001-01-01T00:00:00Z", published: "2025-01-01T01:00:00+01:00" }),
  advisory("B-2", { affected: [affected({ ranges: [GIT_RANGE] }), affected()], news: true }),
  { id: "D-4", modified: "2030-01-01T00:00:00Z", affected: [{ ranges: [GIT_RANGE] }] },
];

const pypi = (id: string) =>
  advisory(id, { affected: [{ package: { ecosystem: "PyPI", name: "x" }, versions: ["1"] }] });

function target(): string {
  return join(makeTree({}), "snapshot");
}

it("writes one database for both generations of the scanner, sorted by id, and says what it changed", async () => {
  const to = target();
  const snapshot = await buildSnapshot(makeTree({ "npm/all.zip": zipOf(RECORDS), "ecosystems.txt": "npm" }), to);
  expect(readdirSync(to).sort()).toEqual(["osv-scalibr", "osv-scanner", "snapshot.json"]);
  const bytes = readFileSync(join(to, "osv-scanner/npm/all.zip"));
  expect(readFileSync(join(to, "osv-scalibr/npm/all.zip"))).toEqual(bytes);
  expect(await namesIn(join(to, "osv-scanner/npm/all.zip"))).toEqual([
    "A-1.json",
    "B-2.json",
    "C-3.json",
    "SUPPLY-GATE-CANARY-NPM-RANGE.json",
    "SUPPLY-GATE-CANARY-NPM-VERSION.json",
  ]);
  expect(snapshot.ecosystems).toEqual([
    {
      name: "npm",
      records: 3,
      canaries: 2,
      withdrawn: 1,
      newestModified: "2025-01-01T00:00:00.000Z",
      size: bytes.length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      unmatchable: 1,
      merged: 0,
      otherFiles: 0,
      affectedElsewhere: 0,
      affectedWithoutVersions: 1,
      gitRangesRemoved: 1,
      namesNormalised: 0,
      stripped: { news: 1 },
      rejected: [],
    },
  ]);
});

it("gives the same bytes for the same records, whatever their order, packing and place", async () => {
  const plain = Object.fromEntries(RECORDS.map((record) => [`npm/${record["id"]}.json`, JSON.stringify(record)]));
  const stored = makeZip(
    RECORDS.map((record) => ({ name: `nested/${record["id"]}.json`, content: Buffer.from(JSON.stringify(record)) })),
  );
  const inputs = [
    { "npm/all.zip": zipOf(RECORDS) },
    { "npm/all.zip": zipOf(RECORDS.toReversed()) },
    { "npm/all.zip": stored },
    plain,
  ];
  const seen = new Set<string>();
  for (const files of inputs) {
    const to = target();
    await buildSnapshot(makeTree(files), to);
    seen.add(readFileSync(join(to, "snapshot.json"), "hex") + readFileSync(join(to, "osv-scanner/npm/all.zip"), "hex"));
  }
  expect(seen.size).toBe(1);
});

it("names a known input by a known id", async () => {
  const { snapshotId } = await buildSnapshot(makeTree({ "npm/all.zip": zipOf(RECORDS) }), target());
  expect(snapshotId).toBe("73a0900a049ca5321028c115b73aa0fdf1581afdd36b96e2ec656ed436e9be53");
});

it("puts its own canaries into every database, and takes none from where the records come from", async () => {
  const made = { "npm/all.zip": zipOf([advisory("A-1")]), "PyPI/a.json": JSON.stringify(pypi("P-1")) };
  const to = target();
  const snapshot = await buildSnapshot(makeTree(made), to);
  expect(snapshot.ecosystems.map(({ name, records, canaries }) => [name, records, canaries])).toEqual([
    ["PyPI", 1, 2],
    ["npm", 1, 2],
  ]);
  // A foreign record of that name could cover the version of a canary, or clear it.
  const foreign = ["NPM-VERSION", "NPM-RANGE", "NPM-OTHER"].map((id) => advisory(`SUPPLY-GATE-CANARY-${id}`));
  const again = target();
  const { ecosystems } = await buildSnapshot(
    makeTree({ ...made, "npm/all.zip": zipOf([advisory("A-1"), ...foreign]) }),
    again,
  );
  expect(ecosystems[1]).toMatchObject({ name: "npm", records: 1, canaries: 2, merged: 3 });
  for (const name of ["npm", "PyPI"]) {
    const zip = `osv-scanner/${name}/all.zip`;
    expect(readFileSync(join(again, zip))).toEqual(readFileSync(join(to, zip)));
  }
});

it("builds the same databases from its own databases", async () => {
  const to = target();
  await buildSnapshot(makeTree({ "npm/all.zip": zipOf(RECORDS) }), to);
  const again = target();
  await buildSnapshot(join(to, "osv-scanner"), again);
  const zip = "osv-scanner/npm/all.zip";
  expect(readFileSync(join(again, zip))).toEqual(readFileSync(join(to, zip)));
});

it("ends when a record can't be read, and names it", async () => {
  const from = makeTree({ "npm/all.zip": zipOf(RECORDS), "PyPI/x.json": "{", "PyPI/y.json": "{" });
  const to = target();
  await expect(buildSnapshot(from, to)).rejects.toMatchObject({
    code: "ADVISORIES_INVALID",
    message: expect.stringMatching(
      /PyPI: found 2 records that can't be read: x\.json, y\.json: no JSON document in UTF-8 \(2\)$/,
    ),
    next: expect.stringContaining("--allow-rejected"),
  });
  expect(readdirSync(join(to, ".."))).toEqual([]);
});

it("leaves such a record out when told to, and says so in the manifest", async () => {
  const from = makeTree({ "npm/a.json": JSON.stringify(advisory("A-1")), "npm/b.json": "{", "npm/README": "" });
  const { ecosystems } = await buildSnapshot(from, target(), { allowRejected: true });
  expect(ecosystems[0]).toMatchObject({
    records: 1,
    otherFiles: 1,
    rejected: [{ reason: "no JSON document in UTF-8", count: 1, examples: ["b.json"] }],
  });
});

it("merges a record that comes twice and refuses one that comes twice with other content", async () => {
  const twice = (second: object) =>
    makeTree({ "npm/a.json": JSON.stringify(advisory("A-1")), "npm/b.json": JSON.stringify(second) });
  const { ecosystems } = await buildSnapshot(twice(advisory("A-1")), target());
  expect(ecosystems[0]).toMatchObject({ records: 1, merged: 1 });
  await expect(buildSnapshot(twice(advisory("A-1", { summary: "x" })), target())).rejects.toThrow(
    /npm#b\.json: found A-1 a second time with other content/,
  );
});

it.each([
  [{}, /found no folder/],
  [{ "NPM/a.json": "{}" }, /NPM: found a folder that is no OSV ecosystem/],
  [{ "Debian:12/a.json": "{}" }, /Debian:12: found a folder that is no OSV ecosystem/],
  [{ "npm/README": "" }, /npm: found neither all\.zip nor any \*\.json/],
  [{ "npm/a.json": "{}", "npm/all.zip": "" }, /npm: found all\.zip and \*\.json/],
  [{ "npm/a.json": "{}", "npm/sub/b.json": "{}" }, /sub: found a folder or special file/],
  [{ "npm/a.json": JSON.stringify(RECORDS[3]) }, /npm: found no record that names a package/],
])("refuses %j", async (files, message) => {
  await expect(buildSnapshot(makeTree(files), target())).rejects.toMatchObject({
    code: "ADVISORIES_INVALID",
    message: expect.stringMatching(message),
  });
});

it("refuses a folder that is not there, and an ecosystem that is wanted and not there", async () => {
  const from = makeTree({ "npm/all.zip": zipOf(RECORDS) });
  await expect(buildSnapshot(join(from, "none"), target())).rejects.toThrow(/none: can't be read \(ENOENT\)/);
  await expect(buildSnapshot(from, target(), { ecosystems: ["Go", "npm"] })).rejects.toThrow(
    /Go: can't be read \(ENOENT\)/,
  );
});

it("keeps a target that holds the same snapshot, and never writes over anything else", async () => {
  const from = makeTree({ "npm/all.zip": zipOf(RECORDS) });
  const to = target();
  const first = await buildSnapshot(from, to);
  const made = statSync(join(to, "snapshot.json")).ino;
  expect(await buildSnapshot(from, to)).toEqual(first);
  expect(statSync(join(to, "snapshot.json")).ino).toBe(made);
  const other = makeTree({ "npm/a.json": JSON.stringify(advisory("A-1")) });
  await expect(buildSnapshot(other, to)).rejects.toMatchObject({ code: "OUTPUT_INVALID" });
  await expect(buildSnapshot(other, makeTree({ mine: "" }))).rejects.toThrow(/found something that is no snapshot/);
});

it("keeps a snapshot in the cache under its id", async () => {
  const cache = makeTree({});
  const { dir, snapshotId } = await storeSnapshot(makeTree({ "npm/all.zip": zipOf(RECORDS) }), cache);
  expect(dir).toBe(join(cache, "advisories", snapshotId.slice(0, 16)));
  expect(readdirSync(join(cache, "advisories"))).toEqual([snapshotId.slice(0, 16)]);
});

it("names the file that can't be written", async () => {
  const from = makeTree({ "npm/all.zip": zipOf(RECORDS) });
  const file = join(makeTree({ file: "" }), "file");
  await expect(storeSnapshot(from, file)).rejects.toMatchObject({
    code: "STORAGE_FAILED",
    message: expect.stringMatching(/file.advisories: mkdir failed \(ENOTDIR\)$/),
  });
  await expect(buildSnapshot(from, join(file, "snapshot"))).rejects.toMatchObject({ code: "STORAGE_FAILED" });
});

it("tells how far it is", async () => {
  const told: [string, number][] = [];
  const records = Array.from({ length: 2100 }, (_, index) => advisory(`A-${index}`));
  await buildSnapshot(makeTree({ "npm/all.zip": zipOf(records) }), target(), {
    onRecords: (name, count) => told.push([name, count]),
  });
  expect(told).toEqual([
    ["npm", 1000],
    ["npm", 2000],
  ]);
});

async function namesIn(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of readZip(path)) names.push(name);
  return names;
}
