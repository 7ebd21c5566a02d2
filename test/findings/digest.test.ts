import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { digestOf, uuidOf } from "../../pipeline/findings/digest.ts";

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

describe("the digest of a document", () => {
  it("B-34: is the SHA-256, in lower-case hex, of its canonical JSON in UTF-8", () => {
    const value = { b: [3, 1, 2], a: { "\u00fc": "x", Z: null }, time: "2026-01-31T00:00:00.000Z" };
    expect(digestOf(value)).toBe(sha256('{"a":{"Z":null,"\u00fc":"x"},"b":[3,1,2],"time":"2026-01-31T00:00:00.000Z"}'));
  });

  it("B-34: does not depend on the order of keys, but on that of a list", () => {
    expect(digestOf({ b: 1, a: 2 })).toBe(digestOf({ a: 2, b: 1 }));
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
  });

  it("B-34: has one form for each number", () => {
    expect(digestOf([1.0, 1e21, -0, 0.000001])).toBe(sha256("[1,1e+21,0,0.000001]"));
  });

  it("B-34: keeps two file names apart that are the same in NFC: they are two files", () => {
    expect(digestOf("\u00fc")).not.toBe(digestOf("u\u0308"));
  });

  it("K-30: makes an id that says by its version that it is made of content", () => {
    expect(uuidOf("0123456789abcdef0123456789abcdef".repeat(2))).toBe("01234567-89ab-8def-8123-456789abcdef");
  });
});
