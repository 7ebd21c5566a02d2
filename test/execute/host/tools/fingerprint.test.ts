import { chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fingerprintOf, firstDifference, listFiles } from "../../../../pipeline/execute/host/tools/fingerprint.ts";
import { makeTree } from "../../../support/tree.ts";
import { sha256 } from "./fakes.ts";

const signal = new AbortController().signal;

it("lists every file with digest, mode, size and path, in one order", async () => {
  const dir = makeTree({ "b.txt": "b", "B.txt": "", "a/x y": "é" });
  chmodSync(join(dir, "b.txt"), 0o755);
  for (const name of ["B.txt", "a/x y"]) chmodSync(join(dir, name), 0o644);
  symlinkSync("../b.txt", join(dir, "a/link"));
  const text = [
    `${sha256("")} 0644 0 B.txt`,
    `${sha256("../b.txt")} link 8 a/link`,
    `${sha256("é")} 0644 2 a/x y`,
    `${sha256("b")} 0755 1 b.txt`,
    "",
  ].join("\n");
  expect(await listFiles(dir, signal)).toEqual({ text, digest: sha256(text), files: 4, bytes: 11 });
});

it.each<[string, (dir: string) => void]>([
  ["a file is written to", (dir) => writeFileSync(join(dir, "a/one"), "2")],
  ["a file is replaced by an equal one", (dir) => renameSync(join(dir, "equal"), join(dir, "a/one"))],
  ["a mode is changed", (dir) => chmodSync(join(dir, "a/one"), 0o700)],
  ["a file is added", (dir) => writeFileSync(join(dir, "a/two"), "")],
  ["a file is taken away", (dir) => rmSync(join(dir, "a/one"))],
  ["a folder gets another name", (dir) => renameSync(join(dir, "a"), join(dir, "b"))],
  ["a file moves to another folder", (dir) => renameSync(join(dir, "a/one"), join(dir, "z/one"))],
])("has another fingerprint when %s", (_title, change) => {
  const dir = makeTree({ "a/one": "1", "a/other": "1", "z/c": "1", equal: "1" });
  const before = fingerprintOf(dir);
  expect(fingerprintOf(dir)).toBe(before);
  change(dir);
  expect(fingerprintOf(dir)).not.toBe(before);
});

it("names the first file that differs", () => {
  const line = (digit: string, path: string) => `${digit.repeat(64)} 0644 1 ${path}\n`;
  const before = line("a", "one file") + line("b", "two");
  expect(firstDifference(before, line("c", "one file"))).toBe("one file was changed");
  expect(firstDifference(before, line("a", "one file"))).toBe("two is gone");
  expect(firstDifference(before, before + line("d", "three"))).toBe("three was added");
});

it("stops when it is called off", async () => {
  const dir = makeTree({ a: "a" });
  await expect(listFiles(dir, AbortSignal.abort(new Error("called off")))).rejects.toThrow("called off");
});
