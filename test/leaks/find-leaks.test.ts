import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findLeaks, refuseLeaks } from "../../pipeline/leaks/find-leaks.ts";

const WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const ANY = `${WORD}+/=_-.%&<>"'\\{}$#@! ~`;
const from = (characters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });

/** Letters at both ends: a blank there may be taken off by what wraps a text. */
const secret = fc.tuple(from(WORD, 4, 4), from(ANY, 4, 60), from(WORD, 4, 4)).map((parts) => parts.join(""));
const token = from(WORD, 16, 80);
/** What stands around it; its characters are in no token, so that nothing is found by chance. */
const around = fc.string({ unit: fc.constantFrom(..." .,:;()[]\n\t"), maxLength: 200 });

const base64At = (shift: number) => (text: string) =>
  Buffer.from(`${"x".repeat(shift)}${text}`)
    .toString("base64")
    .replace(/=+$/, "");
const each = (write: (code: number) => string) => (text: string) =>
  [...text].map((character) => write(character.codePointAt(0) ?? 0)).join("");
const two = (code: number) => code.toString(16).padStart(2, "0");
const html = (text: string) =>
  text.replace(
    /[&<>"']/g,
    (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character] ?? "&#39;",
  );
const wrapped = (breaks: string) => (text: string) => text.replace(/.{7}/gs, (piece) => `${piece}${breaks}`);

const WRITTEN: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  reversed: (text) => [...text].reverse().join(""),
  "base64, first of three": base64At(0),
  "base64, second of three": base64At(1),
  "base64, third of three": base64At(2),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  hex: (text) => Buffer.from(text).toString("hex"),
  "hex in capitals": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  "URL-escaped": encodeURIComponent,
  "URL-escaped, every character": each((code) => `%${two(code)}`),
  "URL-escaped, every character, in capitals": each((code) => `%${two(code).toUpperCase()}`),
  "JSON-escaped": (text) => JSON.stringify(text).slice(1, -1),
  "JSON-escaped, every character": each((code) => `\\u00${two(code)}`),
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify(text)),
  "HTML-escaped": html,
  "HTML-escaped, every character": each((code) => `&#${code};`),
  "HTML-escaped, every character, in hex": each((code) => `&#x${code.toString(16)};`),
};

const WRAPPED: Readonly<Record<string, string>> = {
  "at line feeds": "\n",
  "at carriage returns": "\r\n",
  "with indentation": "\n    ",
  "as a comment": "\n# ",
  "as a comment of a block": "\n * ",
  "as a comment of a line": "\n  // ",
  "as a quotation": "\n> ",
  "by a backslash": "\\\n",
  "inside JSON": "\\n",
  "inside JSON, indented": "\\n\t  ",
};

const found = (text: string, file: string) =>
  findLeaks([{ ruleId: "made-up", bytes: Buffer.from(text) }], [["a file", file]]);

describe("a found secret in a file", () => {
  it.each(Object.entries(WRITTEN))("is seen when it is written %s", (_, write) => {
    fc.assert(
      fc.property(secret, around, around, (text, before, after) => {
        const file = `${before}${write(text)}${after}`;
        const [first] = found(text, file);
        expect(first).toMatchObject({ file: "a file", ruleId: "made-up" });
      }),
      { numRuns: 150 },
    );
  });

  it.each(Object.entries(WRAPPED))("is seen when it is wrapped %s", (_, breaks) => {
    const forms = ["raw", "reversed", "hex", "base64, second of three", "base64url"] as const;
    fc.assert(
      fc.property(token, fc.constantFrom(...forms), around, around, (text, form, before, after) => {
        const write = WRITTEN[form] as (text: string) => string;
        expect(found(text, `${before}${wrapped(breaks)(write(text))}${after}`)).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("is seen in the midst of letters when it has eight bytes or more", () => {
    fc.assert(
      fc.property(from(WORD, 16, 40), from(WORD, 0, 50), from(WORD, 0, 50), (text, before, after) => {
        expect(found(text, `${before}${text}${after}`)).not.toEqual([]);
      }),
    );
  });

  it("is seen by one line of a key alone, and by the whole key on one line", () => {
    const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIB";
    const key = `-----BEGIN KEY-----\n${line}\n${[...line].reverse().join("")}\n-----END KEY-----`;
    expect(found(key, `x ${line} y`).map(({ encoding }) => encoding)).toEqual(["line"]);
    expect(found(key, key.replaceAll("\n", "\\n"))).not.toEqual([]);
    expect(found(key, "-----BEGIN KEY-----")).toEqual([]);
  });

  it("D-17: is told by file, offset, rule and form, and by nothing else", () => {
    const text = "Zq8mK2xV5tB9";
    const secrets = [
      { ruleId: "other", bytes: Buffer.from("nowhere to be seen") },
      { ruleId: "made-up", bytes: Buffer.from(text) },
    ];
    const file = `{"a": "${Buffer.from(text).toString("hex")}"}\n${text}`;
    expect(findLeaks(secrets, [["x.json", file]])).toEqual([
      { file: "x.json", offset: 7, ruleId: "made-up", encoding: "hex" },
      { file: "x.json", offset: 34, ruleId: "made-up", encoding: "raw" },
    ]);
    const refuse = () => refuseLeaks(secrets, [["x.json", file]]);
    expect(refuse).toThrowError(
      "x.json: found at byte 7 a secret of rule made-up (hex) (and 1 more places), expected none; no results were written",
    );
    expect(refuse).toThrowError(expect.objectContaining({ code: "SECRET_LEAKED" }));
  });

  it("is not seen where it does not stand", () => {
    const files = from(`${ANY}\n`, 0, 3000);
    fc.assert(
      fc.property(from(WORD, 14, 60), files, (text, file) => {
        fc.pre(!file.includes(text));
        expect(found(text, file)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("is seen only by itself when it is short, or digits of a number in base sixteen that any digest may hold", () => {
    expect(found("a1B2", "x a1B2 y")).toHaveLength(1);
    expect(found("a1B2", "xa1B2y")).toEqual([]);
    expect(found("deadbeef99", `sha256:1${"deadbeef99"}0`)).toEqual([]);
    expect(found("deadbeef99", `commit deadbeef99.`)).toHaveLength(1);
    expect(found("abc", "abc")).toEqual([]);
  });
});
