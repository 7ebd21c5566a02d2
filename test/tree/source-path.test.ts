import { describe, expect, it } from "vitest";
import { byPath, bytesOfPath, sourcePathOf } from "../../pipeline/tree/source-path.ts";

describe("sourcePathOf", () => {
  it("keeps a name that is UTF-8 as it is, newline, quote and mark included", () => {
    expect(sourcePathOf(Buffer.from('a/"b"\nc\u202e.txt'))).toEqual({ path: 'a/"b"\nc\u202e.txt' });
    expect(sourcePathOf(Buffer.from("\ufeffbom"))).toEqual({ path: "\ufeffbom" });
  });

  it("shows bytes that are not, and keeps them", () => {
    const bytes = Buffer.from([0x61, 0xff, 0xc3, 0xbc, 0xc3]);
    expect(sourcePathOf(bytes)).toEqual({ path: "a\\xffü\\xc3", pathBytes: bytes.toString("base64") });
    expect(bytesOfPath(sourcePathOf(bytes))).toEqual(bytes);
  });

  it("keeps apart a file whose name only looks like another's bytes", () => {
    const bad = sourcePathOf(Buffer.from([0xff]));
    const literal = sourcePathOf(Buffer.from("\\xff"));
    expect(bad.path).toBe(literal.path);
    expect(byPath(literal, bad)).toBe(-1);
  });

  it("orders by code unit, not by locale", () => {
    expect([{ path: "ch" }, { path: "Z" }, { path: "d" }, { path: "ä" }].sort(byPath).map(({ path }) => path)).toEqual([
      "Z",
      "ch",
      "d",
      "ä",
    ]);
  });
});
