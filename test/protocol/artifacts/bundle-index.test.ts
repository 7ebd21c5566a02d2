import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { describe, expect, it } from "vitest";
import { bundleIndex, bundleIndexText, indexFolder } from "../../../pipeline/protocol/artifacts/bundle-index.ts";
import { BundleIndex, BundlePath } from "../../../schemas/protocol/bundle-index.ts";
import { makeTree } from "../../support/tree.ts";
import { sha256 } from "./made.ts";

const FILE = { content_hash: "a".repeat(64), size_bytes: 1 };

describe("a bundle's index", () => {
  it("D-07: lists each file by path, with hash and size, in the order of code units", () => {
    const root = makeTree({ "b/c": "1", "B.txt": "22", "b-": "", "run/x": "skipped" });
    const index = indexFolder(root, (path) => path === "run");
    expect(index.files).toEqual([
      { path: "B.txt", content_hash: sha256("22"), size_bytes: 2 },
      { path: "b-", content_hash: sha256(""), size_bytes: 0 },
      { path: "b/c", content_hash: sha256("1"), size_bytes: 1 },
    ]);
    expect(index.determinism_level).toBe("structural");
    expect(BundleIndex.parse(JSON.parse(bundleIndexText(index)))).toEqual(index);
  });

  it("D-06 K-22: its hash is over the canonical list of files alone, in whatever order they come", () => {
    const files = ["x", "a"].map((path) => ({ path, ...FILE }));
    const index = bundleIndex(files);
    expect(index.index_hash).toBe(sha256(canonicalize(index.files) ?? ""));
    expect(bundleIndex(files.toReversed())).toEqual(index);
  });

  it("D-07: refuses a path twice", () => {
    expect(() =>
      bundleIndex([
        { path: "a", ...FILE },
        { path: "a", ...FILE },
      ]),
    ).toThrow("each path once");
  });

  it.each([
    "",
    ".",
    "..",
    "../a",
    "a/..",
    "a/./b",
    "a//b",
    "/a",
    "a/",
    "a\\b",
    "C:a",
    "a\nb",
    "a\u0000",
    "e\u0301",
    "\ud800",
  ])("D-07: refuses the path %j", (path) => {
    expect(BundlePath.safeParse(path).success).toBe(false);
    expect(() => bundleIndex([{ path, ...FILE }])).toThrow();
  });

  it.each(["a", ".a", "..a", "a/.b/c..", "é", "a b", "%2e%2e/a"])("D-07: takes the path %j", (path) => {
    expect(BundlePath.parse(path)).toBe(path);
  });

  it("D-07: refuses a link or a strange name in a folder, and says which", () => {
    const root = makeTree({ a: "" });
    mkdirSync(join(root, "b"));
    symlinkSync("../a", join(root, "b", "link"));
    expect(() => indexFolder(root)).toThrow(
      expect.objectContaining({ code: "STORAGE_FAILED", message: expect.stringContaining("b/link: found a symbolic") }),
    );
    const odd = makeTree({});
    writeFileSync(join(odd, "a:b"), "");
    expect(() => indexFolder(odd)).toThrow(expect.objectContaining({ message: expect.stringContaining("a:b") }));
  });

  it("D-07: refuses a name that is no UTF-8", () => {
    const root = makeTree({});
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, 0xff])]), "");
    expect(() => indexFolder(root)).toThrow(expect.objectContaining({ message: expect.stringContaining("no UTF-8") }));
  });
});
