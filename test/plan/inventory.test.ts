import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { takeInventory } from "../../pipeline/plan/inventory.ts";
import { makeTree } from "../support/tree.ts";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const isRoot = process.getuid?.() === 0;

describe("takeInventory", () => {
  it("writes down every file with digest and size, in the order of code units", () => {
    const root = makeTree({ "b.txt": "hello\n", "a/ch.txt": "", "a/Z": "z", ä: "" });
    expect(takeInventory(root)).toEqual({
      schemaVersion: "supply-gate/inventory-1",
      files: [
        {
          path: "a/Z",
          size: 1,
          sha256: "594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06",
          encoding: "text",
        },
        { path: "a/ch.txt", size: 0, sha256: EMPTY, encoding: "text" },
        {
          path: "b.txt",
          size: 6,
          sha256: "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
          encoding: "text",
        },
        { path: "ä", size: 0, sha256: EMPTY, encoding: "text" },
      ],
      leftOut: [],
    });
  });

  it("takes any name: newline, quote, bytes that are no UTF-8", () => {
    const root = makeTree({ 'a"b\nc': "" });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x2e, 0x74])]), "x");
    expect(takeInventory(root).files.map(({ path, pathBytes }) => ({ path, pathBytes }))).toEqual([
      { path: "\\xff.t", pathBytes: Buffer.from([0xff, 0x2e, 0x74]).toString("base64") },
      { path: 'a"b\nc', pathBytes: undefined },
    ]);
  });

  it("follows no link, leaves version control out at any depth, and names each with the reason", () => {
    const root = makeTree({ ".git/HEAD": "ref", "sub/.git": "gitdir: x", "f.txt": "" });
    symlinkSync("/etc/passwd", join(root, "absolute"));
    symlinkSync(".", join(root, "loop"));
    symlinkSync("nowhere", join(root, "dead"));
    execFileSync("mkfifo", [join(root, "pipe")]);
    const { files, leftOut } = takeInventory(root);
    expect(files.map(({ path }) => path)).toEqual(["f.txt"]);
    expect(leftOut).toEqual([
      { path: ".git", reason: "version-control" },
      { path: "absolute", reason: "symlink" },
      { path: "dead", reason: "symlink" },
      { path: "loop", reason: "symlink" },
      { path: "pipe", reason: "special-file" },
      { path: "sub/.git", reason: "version-control" },
    ]);
  });

  it("leaves out what the policy names, and the run's own results whether they are there or not", () => {
    const root = makeTree({ "fixtures/x": "", "out/verdict.json": "{}", "src/out/a": "" });
    const { files, leftOut } = takeInventory(root, { policy: ["fixtures/"], output: "out" });
    expect(files.map(({ path }) => path)).toEqual(["src/out/a"]);
    expect(leftOut).toEqual([
      { path: "fixtures", reason: "policy" },
      { path: "out", reason: "output" },
    ]);
    const absent = takeInventory(makeTree({ "src/out/a": "", "fixtures/x": "" }), {
      policy: ["fixtures/"],
      output: "out",
    });
    expect(absent).toEqual(takeInventory(root, { policy: ["fixtures/"], output: "out" }));
  });

  it.skipIf(isRoot)("names what it can't read", () => {
    const root = makeTree({ secret: "x" });
    mkdirSync(join(root, "closed"));
    chmodSync(join(root, "secret"), 0);
    chmodSync(join(root, "closed"), 0);
    expect(takeInventory(root).leftOut).toEqual([
      { path: "closed", reason: "unreadable", detail: "EACCES" },
      { path: "secret", reason: "unreadable", detail: "EACCES" },
    ]);
  });

  it("refuses a root that is no folder", () => {
    const root = makeTree({ file: "" });
    const invalid = expect.objectContaining({ code: "SOURCE_INVALID" });
    expect(() => takeInventory(join(root, "file"))).toThrow(invalid);
    expect(() => takeInventory(join(root, "missing"))).toThrow(invalid);
  });
});
