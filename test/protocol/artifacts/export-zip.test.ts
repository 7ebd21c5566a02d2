import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { exportZip } from "../../../pipeline/protocol/artifacts/export-zip.ts";
import { BundleIndex, BundleManifest } from "../../../schemas/protocol/bundle-index.ts";
import { makeTree } from "../../support/tree.ts";
import { sha256 } from "./made.ts";

const ABOUT = {
  createdAt: "2026-01-02T00:00:00.000Z",
  exporter: { engine_id: "supply_gate.artifacts", engine_version: "0.1.0", config_hash: "0".repeat(64) },
};
const FILES = { b: "bb\n".repeat(1000), "a/é.txt": "accented", B: "", secret: "s3cret" };
const MEMBERS = [
  { path: "secret", exportable: false },
  { path: "b", exportable: true },
  { path: "a/é.txt", exportable: true },
  { path: "B", exportable: true },
];

function exported(members = MEMBERS) {
  return exportZip(makeTree(FILES), members, ABOUT);
}

/** Central directory of a ZIP: enough of it to see what each entry says. */
function entriesOf(zip: Uint8Array) {
  const view = Buffer.from(zip);
  const end = view.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
  const count = view.readUInt16LE(end + 10);
  let at = view.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const entry = {
      path: view.toString("utf8", at + 46, at + 46 + name),
      madeBy: view.readUInt16LE(at + 4) >> 8,
      utf8: (view.readUInt16LE(at + 8) & 0x800) !== 0,
      method: view.readUInt16LE(at + 10),
      time: view.readUInt16LE(at + 12),
      date: view.readUInt16LE(at + 14),
      extra,
      attributes: view.readUInt32LE(at + 38),
    };
    at += 46 + name + extra + comment;
    return entry;
  });
}

describe("an exported bundle", () => {
  it("D-07 D-08 K-23: is the same bytes from the same content, however it lies on the disk and is listed", () => {
    const other = makeTree(FILES);
    for (const path of Object.keys(FILES)) utimesSync(join(other, path), 1, 1);
    const again = exportZip(other, MEMBERS.toReversed(), ABOUT);
    expect(sha256(again.zip)).toBe(sha256(exported().zip));
    writeFileSync(join(other, "b"), "else");
    expect(sha256(exportZip(other, MEMBERS, ABOUT).zip)).not.toBe(sha256(again.zip));
  });

  it("D-08: has its entries in the order of their paths, deflated, of 1980-01-01, with nothing of a system", () => {
    const entries = entriesOf(exported().zip);
    expect(entries.map(({ path }) => path)).toEqual(["B", "a/é.txt", "b", "bundle_index.json", "bundle_manifest.json"]);
    for (const { path: _path, utf8: _utf8, ...rest } of entries)
      expect(rest).toEqual({ madeBy: 0, method: 8, time: 0, date: (1 << 5) | 1, extra: 0, attributes: 0 });
    expect(entries[1]?.utf8).toBe(true);
  });

  it("D-07: holds its index and its manifest, and every file as it was", () => {
    const { zip, manifest, index } = exported();
    const files = unzipSync(zip);
    const text = (path: string) => Buffer.from(files[path] ?? []).toString("utf8");
    expect([text("b"), text("a/é.txt"), text("B")]).toEqual([FILES.b, FILES["a/é.txt"], ""]);
    expect(BundleIndex.parse(JSON.parse(text("bundle_index.json")))).toEqual(index);
    expect(BundleManifest.parse(JSON.parse(text("bundle_manifest.json")))).toEqual(manifest);
    expect(index.files.map(({ path }) => path)).toEqual(["B", "a/é.txt", "b"]);
  });

  it("D-08: has a bundle hash over the manifest without it and the files' hashes in the order of their paths", () => {
    const { manifest } = exported();
    const { bundle_hash: hash, ...rest } = manifest;
    const files = [FILES.B, FILES["a/é.txt"], FILES.b].map(sha256).join("\n");
    expect(hash).toBe(
      createHash("sha256")
        .update(`${canonicalize(rest)}\n${files}`)
        .digest("hex"),
    );
  });

  it("K-22: has an index hash of content alone; who exports and when is in the bundle hash only", () => {
    const [one, other] = [ABOUT, { ...ABOUT, createdAt: "2027-01-01T00:00:00.000Z" }].map(
      (about) => exportZip(makeTree(FILES), MEMBERS, about).manifest,
    );
    expect(one?.index_hash).toBe(other?.index_hash);
    expect(one?.bundle_id).toBe(other?.bundle_id);
    expect(one?.bundle_hash).not.toBe(other?.bundle_hash);
  });

  it("D-12: names what may not leave, and does not hold it", () => {
    const { zip, manifest, index } = exported();
    expect(manifest.omitted).toEqual([{ path: "secret", reason: "not-exportable" }]);
    expect(index.files.some(({ path }) => path === "secret")).toBe(false);
    expect(Object.keys(unzipSync(zip))).not.toContain("secret");
  });

  it.skipIf(!isThere("python3"))("D-08: is read by Python (skipped where there is none)", () => {
    const script = "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.read('a/é.txt').decode())";
    expect(execFileSync("python3", ["-c", script, saved()], { encoding: "utf8" })).toBe("None accented\n");
  });

  it.skipIf(!isThere("unzip"))("D-08: is read by unzip (skipped where there is none)", () => {
    expect(execFileSync("unzip", ["-p", saved(), "b"], { encoding: "utf8" })).toBe(FILES.b);
  });
});

function saved(): string {
  return join(makeTree({ "bundle.zip": exported().zip }), "bundle.zip");
}

function isThere(program: string): boolean {
  return spawnSync(program, ["--help"], { stdio: "ignore" }).error === undefined;
}
