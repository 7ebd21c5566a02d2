import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ARCHIVE_LIMITS } from "../../pipeline/licenses/archive/limits.ts";
import { formOf } from "../../pipeline/licenses/forms.ts";
import { readArchive } from "../../pipeline/licenses/read-archive.ts";
import { type MadeEntry, repeatedGz, tarEntry, tarGz, zipOf } from "./made-archive.ts";

const MANIFEST: MadeEntry = { name: "package/package.json", content: '{"license":"MIT"}' };

async function read(archive: Buffer, ecosystem: "npm" | "PyPI" = "npm") {
  const form = formOf(ecosystem, "made", "1.0.0", archive[0] === 0x50);
  if (form === undefined) throw new Error("no form");
  const { files, ...said } = await readArchive(archive, form, ARCHIVE_LIMITS);
  return { ...said, files: files.map(({ path, content }) => [path, content.toString()]) };
}

const DECLARED = [{ raw: "MIT", from: "package.json#license" }];

describe("an archive from a registry", () => {
  it("is read in memory: metadata and licence files of its root, those further down counted", async () => {
    const archive = tarGz([
      MANIFEST,
      { name: "package/LICENSE", content: "text" },
      { name: "package/vendor/x/LICENSE.txt", content: "other" },
      { name: "package/license.js", content: "code" },
    ]);
    expect(await read(archive)).toEqual({
      declared: DECLARED,
      files: [["LICENSE", "text"]],
      ignored: [{ path: "vendor/x/LICENSE.txt", reason: "below-root" }],
      ignoredCounts: { "below-root": 1 },
    });
  });

  it.each([
    ["a name that leads out", { name: "package/../../LICENSE", content: "x" }, "traversal"],
    ["a name that leads out by backslashes", { name: "package\\..\\..\\LICENSE", content: "x" }, "traversal"],
    ["an absolute name", { name: "/etc/LICENSE", content: "x" }, "absolute"],
    ["a name with a drive", { name: "C:/LICENSE", content: "x" }, "absolute"],
    ["a symlink", { name: "package/LICENSE", type: "2", link: "/etc/passwd" }, "symlink"],
    ["a hard link", { name: "package/LICENSE", type: "1", link: "/etc/passwd" }, "hardlink"],
    ["a device", { name: "package/LICENSE", type: "3" }, "special-file"],
    ["a block device", { name: "package/LICENSE", type: "4" }, "special-file"],
    ["a FIFO", { name: "package/LICENSE", type: "6" }, "special-file"],
    ["a type that nobody knows", { name: "package/LICENSE", type: "Z", content: "x" }, "special-file"],
    ["a licence of 2 MiB", { name: "package/LICENSE", content: Buffer.alloc(2 ** 21, "x") }, "too-large"],
  ] as const)("%s is passed over and named", async (_what, entry, reason) => {
    const { files, ignored, ignoredCounts } = await read(tarGz([entry, MANIFEST]));
    expect(files).toEqual([]);
    expect(ignored.map((each) => each.reason)).toEqual([reason]);
    expect(ignoredCounts).toEqual({ [reason]: 1 });
  });

  it("with a long name in a pax header, or a GNU one, is read by that name", async () => {
    const pax = { name: "pax", type: "x", content: "30 path=package/../../LICENSE\n" };
    const gnu = { name: "gnu", type: "L", content: "package/COPYING\0" };
    const plain = { name: "package/x", content: "text" };
    const { files, ignored } = await read(tarGz([MANIFEST, pax, plain, gnu, plain]));
    expect(files).toEqual([["COPYING", "text"]]);
    expect(ignored).toEqual([{ path: "package/../../LICENSE", reason: "traversal" }]);
  });

  it("names 20 of what it passes over, and counts all", async () => {
    const links = Array.from({ length: 50 }, (_, index) => ({ name: `package/${index}`, type: "2" }));
    const { ignored, ignoredCounts } = await read(tarGz([MANIFEST, ...links]));
    expect([ignored.length, ignoredCounts]).toEqual([20, { symlink: 50 }]);
  });

  it("as a zip: symlinks and names that lead out are passed over", async () => {
    const files = {
      "made-1.0.0.dist-info/METADATA": "Metadata-Version: 2.4\nLicense-Expression: ISC\n",
      "made-1.0.0.dist-info/licenses/LICENSE": "text",
      "made-1.0.0.dist-info/licenses/COPYING": "/etc/passwd",
      "../../LICENSE": "x",
      "/LICENSE": "x",
    };
    expect(await read(zipOf(files, ["made-1.0.0.dist-info/licenses/COPYING"]), "PyPI")).toEqual({
      declared: [{ raw: "ISC", from: "METADATA#License-Expression" }],
      files: [["made-1.0.0.dist-info/licenses/LICENSE", "text"]],
      ignored: [
        { path: "made-1.0.0.dist-info/licenses/COPYING", reason: "symlink" },
        { path: "../../LICENSE", reason: "traversal" },
        { path: "/LICENSE", reason: "absolute" },
      ],
      ignoredCounts: { symlink: 1, traversal: 1, absolute: 1 },
    });
  });
});

describe("an archive that is refused", () => {
  it.each([
    [
      "10 million entries",
      () => repeatedGz(Buffer.concat(Array.from({ length: 10_000 }, () => tarEntry({ name: "package/x" }))), 1000),
      "more than 200000 entries",
    ],
    [
      "a bomb: 512 MiB of zeros in 512 KiB",
      () =>
        Buffer.concat([
          gzipSync(tarEntry({ name: "package/x", size: 2 ** 29 })),
          repeatedGz(Buffer.alloc(2 ** 20), 512),
        ]),
      "more than 200 bytes unpacked from each byte",
    ],
    ["an entry of 8 GiB", () => tarGz([{ name: "package/x", size: 2 ** 33 - 1 }]), "an entry of 8589934591 bytes"],
    [
      "a name of 2 MiB",
      () => tarGz([{ name: "x", type: "L", content: Buffer.alloc(2 ** 21, "a") }]),
      "a name of 2097152 bytes",
    ],
    ["a cut gzip", () => tarGz([MANIFEST]).subarray(0, 60), "no whole gzip (unexpected end of file)"],
    ["a cut tar", () => gzipSync(tarEntry({ name: "package/LICENSE", content: "x", size: 5000 })), "it is cut off"],
    ["a damaged header", () => gzipSync(Buffer.alloc(512, 7)), "a damaged entry (its checksum is wrong)"],
    ["a damaged pax header", () => tarGz([{ name: "x", type: "x", content: "99 path=x\n" }]), "a damaged pax header"],
    ["neither", () => Buffer.from("text"), "neither a gzipped tar nor a zip"],
    ["a broken manifest", () => tarGz([{ name: "package/package.json", content: "{" }]), "package.json can't be read"],
  ] as const)("%s", async (_what, archive, message) => {
    await expect(read(archive())).rejects.toMatchObject({ name: "ArchiveRefused", message });
  });

  it("a zip that states 10 million entries", async () => {
    const zip = zipOf({ "made-1.0.0.dist-info/METADATA": "License: MIT\n" });
    const zip64 = Buffer.alloc(56 + 20);
    zip64.writeUInt32LE(0x06064b50, 0);
    zip64.writeBigUInt64LE(44n, 4);
    zip64.writeBigUInt64LE(10_000_000n, 24);
    zip64.writeBigUInt64LE(10_000_000n, 32);
    zip64.writeBigUInt64LE(BigInt(zip.readUInt32LE(zip.length - 10)), 40);
    zip64.writeBigUInt64LE(BigInt(zip.readUInt32LE(zip.length - 6)), 48);
    zip64.writeUInt32LE(0x07064b50, 56);
    zip64.writeBigUInt64LE(BigInt(zip.length - 22), 64);
    zip64.writeUInt32LE(1, 72);
    const end = Buffer.from(zip.subarray(-22));
    end.writeUInt16LE(0xffff, 8);
    end.writeUInt16LE(0xffff, 10);
    const made = Buffer.concat([zip.subarray(0, -22), zip64, end]);
    await expect(read(made, "PyPI")).rejects.toMatchObject({ message: "more than 200000 entries" });
  });

  it("a zip with an entry that unfolds to more than it states", async () => {
    const zip = zipOf({ "made-1.0.0.dist-info/METADATA": `License: ${"a".repeat(5000)}\n` });
    zip.writeUInt32LE(10, zip.indexOf("PK\u0001\u0002") + 24);
    await expect(read(zip, "PyPI")).rejects.toMatchObject({
      message: "an entry that does not unfold to the 10 bytes it states",
    });
  });
});
