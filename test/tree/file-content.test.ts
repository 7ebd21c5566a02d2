import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contentOf } from "../../pipeline/tree/file-content.ts";
import { MAX_FILE_BYTES } from "../../pipeline/tree/limits.ts";
import { makeTree } from "../support/tree.ts";

describe("contentOf", () => {
  it("reads no file beyond the limit, however little of it is on the disk", () => {
    const file = join(makeTree({ f: "x" }), "f");
    truncateSync(file, MAX_FILE_BYTES + 1);
    expect(contentOf(Buffer.from(file))).toEqual({
      reason: "too-large",
      detail: `${MAX_FILE_BYTES + 1} bytes, more than ${MAX_FILE_BYTES}`,
    });
  });

  it("sees a zip's end also where a piece of reading ends just before or in it", () => {
    const end = Buffer.concat([Buffer.from("PK\x05\x06", "latin1"), Buffer.alloc(18)]);
    const file = join(makeTree({}), "f");
    for (const before of [0, 5, 22, 1024 * 1024 - 22, 1024 * 1024 - 10, 1024 * 1024, 2 * 1024 * 1024 - 1]) {
      writeFileSync(file, Buffer.concat([Buffer.alloc(before, "x"), end]));
      expect(contentOf(Buffer.from(file))).toMatchObject({ size: before + 22, unscanned: "archive" });
    }
  });

  it("says nothing more of a file that is none of these", () => {
    const file = join(makeTree({ f: "" }), "f");
    const names = () => Object.keys(contentOf(Buffer.from(file)));
    expect(names()).toEqual(["size", "sha256", "encoding"]);
    for (const text of [
      "PK is my name",
      `${"x".repeat(256)}ustar of texts`,
      "BZh is no archive",
      "x\nversion https://git-lfs.github.com/spec/v1\n",
    ]) {
      writeFileSync(file, text);
      expect(names()).toEqual(["size", "sha256", "encoding"]);
    }
  });
});
