import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildSnapshot, storeSnapshot } from "../../pipeline/advisories/build.ts";
import { newestSnapshot, openSnapshot } from "../../pipeline/advisories/snapshot.ts";
import { makeTree } from "../support/tree.ts";
import { advisory } from "./records.ts";

const NPM = { "npm/a.json": JSON.stringify(advisory("A-1")) };
const ZIP = "osv-scanner/npm/all.zip";

async function built(): Promise<string> {
  const to = join(makeTree({}), "snapshot");
  await buildSnapshot(makeTree(NPM), to);
  return to;
}

it("opens what was built", async () => {
  const to = await built();
  expect(await openSnapshot(to)).toEqual({ dir: to, ...JSON.parse(readFileSync(join(to, "snapshot.json"), "utf8")) });
});

const BREACHES: readonly [string, (dir: string) => void, RegExp][] = [
  ["a byte more", (dir) => appendFileSync(join(dir, ZIP), "x"), /all\.zip: found \d+ bytes, expected \d+/],
  ["a byte less", (dir) => truncateSync(join(dir, ZIP), 20), /all\.zip: found 20 bytes/],
  [
    "another byte",
    (dir) => writeFileSync(join(dir, ZIP), flipped(readFileSync(join(dir, ZIP)))),
    /all\.zip: found SHA-256/,
  ],
  ["another byte in the second copy alone", (dir) => replaceCopy(dir), /osv-scalibr.npm.all\.zip: found SHA-256/],
  ["a link for a database", (dir) => replaceByLink(dir), /all\.zip: found no plain file/],
  [
    "a missing database",
    (dir) => rmSync(join(dir, "osv-scanner/npm"), { recursive: true }),
    /osv-scanner: found nothing, expected npm/,
  ],
  [
    "a database too many",
    (dir) => mkdirSync(join(dir, "osv-scalibr/PyPI")),
    /osv-scalibr: found PyPI, npm, expected npm/,
  ],
  [
    "a file too many",
    (dir) => writeFileSync(join(dir, "osv-scanner/npm/more"), ""),
    /npm: found all\.zip, more, expected all\.zip/,
  ],
  ["no manifest", (dir) => rmSync(join(dir, "snapshot.json")), /snapshot\.json: can't be read \(ENOENT\)/],
  [
    "a manifest that was edited",
    (dir) => edit(dir, '"withdrawn":0', '"withdrawn":1'),
    /its content is [0-9a-f]{64}, expected/,
  ],
  ["a manifest with a new key", (dir) => edit(dir, '{"ecosystems"', '{"a":1,"ecosystems"'), /Unrecognized key/],
  [
    "a manifest for another scanner",
    (dir) => edit(dir, "osv-scanner 2.4.0", "osv-scanner 2.5.0"),
    /osv-scanner 2\.4\.0/,
  ],
];

it.each(BREACHES)("refuses a snapshot with %s", async (_, breach, message) => {
  const dir = await built();
  breach(dir);
  await expect(openSnapshot(dir)).rejects.toMatchObject({
    code: "ADVISORIES_INVALID",
    message: expect.stringMatching(message),
  });
});

it("finds the newest snapshot that holds all that is asked for", async () => {
  const cache = makeTree({});
  expect(await newestSnapshot(cache)).toBeNull();
  const pypi = (id: string, modified: string) =>
    JSON.stringify(
      advisory(id, { modified, affected: [{ package: { ecosystem: "PyPI", name: "x" }, versions: ["1"] }] }),
    );
  const old = await storeSnapshot(makeTree({ ...NPM, "PyPI/a.json": pypi("P-1", "2023-01-01T00:00:00Z") }), cache);
  const middle = await storeSnapshot(makeTree({ ...NPM, "PyPI/a.json": pypi("P-1", "2025-01-01T00:00:00Z") }), cache);
  const newest = await storeSnapshot(makeTree({ "PyPI/a.json": pypi("P-1", "2026-01-01T00:00:00Z") }), cache);
  const more = await storeSnapshot(
    makeTree({
      "PyPI/a.json": pypi("P-1", "2026-01-01T00:00:00Z"),
      "PyPI/b.json": pypi("P-2", "2020-01-01T00:00:00Z"),
    }),
    cache,
  );
  writeFileSync(join(cache, "advisories", "notes.txt"), "");
  expect((await newestSnapshot(cache))?.snapshotId).toBe(more.snapshotId);
  rmSync(more.dir, { recursive: true });
  expect((await newestSnapshot(cache))?.snapshotId).toBe(newest.snapshotId);
  expect((await newestSnapshot(cache, ["npm", "PyPI"]))?.snapshotId).toBe(middle.snapshotId);
  expect(await newestSnapshot(cache, ["Go"])).toBeNull();
  rmSync(join(old.dir, "snapshot.json"));
  await expect(newestSnapshot(cache)).rejects.toMatchObject({ code: "ADVISORIES_INVALID" });
});

function flipped(bytes: Buffer): Buffer {
  bytes[40] = (bytes[40] as number) ^ 1;
  return bytes;
}

function replaceCopy(dir: string): void {
  const copy = join(dir, "osv-scalibr/npm/all.zip");
  const bytes = readFileSync(copy);
  rmSync(copy);
  writeFileSync(copy, flipped(bytes));
}

function replaceByLink(dir: string): void {
  copyFileSync(join(dir, ZIP), join(dir, "elsewhere.zip"));
  rmSync(join(dir, ZIP));
  symlinkSync("../../elsewhere.zip", join(dir, ZIP));
}

function edit(dir: string, from: string, to: string): void {
  const path = join(dir, "snapshot.json");
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
}
