import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entropyOf } from "../../pipeline/leaks/entropy.ts";
import { recoverSecrets, scannedText } from "../../pipeline/leaks/recover.ts";
import type { RedactedFinding } from "../../pipeline/leaks/redacted-report.ts";
import { chunksOf } from "../../pipeline/tree/chunks.ts";

const SECRET = ["Zq8mK2xV", "5tB9nW3c"].join("");

/** A finding as gitleaks 8.30.1 writes it for a match from `start` to `end` (offsets) that holds the secret. */
function findingOf(text: string, match: string, secret: string, more: Partial<RedactedFinding> = {}): RedactedFinding {
  const start = Buffer.byteLength(text.slice(0, text.indexOf(match)));
  const before = Buffer.from(text).subarray(0, start).toString();
  const line = before.split("\n").length;
  const column = start - (line === 1 ? 0 : Buffer.byteLength(before.slice(0, before.lastIndexOf("\n")))) + 1;
  return {
    RuleID: "made-up",
    File: "tree/a",
    StartLine: line,
    EndLine: line,
    StartColumn: column,
    EndColumn: column + Buffer.byteLength(match) - 1,
    Match: match.replaceAll(secret, "REDACTED"),
    Secret: "REDACTED",
    Entropy: Math.fround(entropyOf(secret)),
    Tags: [],
    ...more,
  };
}

const recovered = (text: string, finding: RedactedFinding) =>
  recoverSecrets(scannedText(Buffer.from(text)), finding).map(String);

describe("a secret that the report redacts", () => {
  it.each([
    ["on the first line", `key = "${SECRET}"`],
    ["on a later line", `one\n\ntwo key = "${SECRET}" three\n`],
    ["after letters of several bytes", `über\nöä key = "${SECRET}"\n`],
    ["beside the word itself", `REDACTED\nkey = "${SECRET}" REDACTED`],
  ])("is read again %s", (_, text) => {
    expect(recovered(text, findingOf(text, `key = "${SECRET}"`, SECRET))).toEqual([SECRET]);
  });

  it("is read again where the match holds it twice, or the word itself", () => {
    const twice = `${SECRET}:${SECRET}`;
    expect(recovered(`x\n${twice}\n`, findingOf(`x\n${twice}\n`, twice, SECRET))).toEqual([SECRET]);
    const word = `REDACTED = ${SECRET}`;
    expect(recovered(`x\n${word}\n`, findingOf(`x\n${word}\n`, word, SECRET))).toEqual([SECRET]);
  });

  it("is read again on a line that is longer than what gitleaks reads at once: columns count from there", () => {
    const text = `${"lorem ipsum ".repeat(15_000)}${SECRET} ${"dolor sit ".repeat(5_000)}`;
    const [, second] = chunksOf(Buffer.from(text));
    const start = second?.start ?? 0;
    const column = text.indexOf(SECRET) - start + 1;
    const finding = findingOf(text, SECRET, SECRET, { StartColumn: column, EndColumn: column + SECRET.length - 1 });
    expect(start).toBe(125_000);
    expect(recovered(text, finding)).toEqual([SECRET]);
  });

  it("is read again at an end without a line feed, where the report has no end", () => {
    const text = `a\n\nBEGIN\n${SECRET}\nEND`;
    const match = `BEGIN\n${SECRET}\nEND`;
    const finding = findingOf(text, match, match, { EndColumn: 0 });
    expect(recovered(text, finding)).toContain(match);
  });

  it("is read again where a match ends in a last line of any length, without trying every place of it", () => {
    const match = `BEGIN\n${SECRET}\n${SECRET.toLowerCase()} END`;
    const text = `a\n\n${match} ${"lorem ipsum ".repeat(9000)}`;
    const finding = findingOf(text, match, match, { EndColumn: 0 });
    expect(recovered(text, finding)).toContain(match);
  });

  it.each([
    ["base64", (text: string) => Buffer.from(text).toString("base64"), 1],
    ["base64 twice", (text: string) => Buffer.from(Buffer.from(text).toString("base64")).toString("base64"), 2],
    ["hex", (text: string) => Buffer.from(text).toString("hex"), 1],
    ["percent signs", (text: string) => text.replace(/[^a-z]/g, (c) => `%${c.charCodeAt(0).toString(16)}`), 1],
  ])("is read again with what stands for it in %s", (_, write, depth) => {
    const match = `token = '${SECRET}'`;
    const written = write(`the ${match} here `);
    const text = `one\nx ${written} y\n`;
    const finding = findingOf(text, written, SECRET, {
      Match: match.replace(SECRET, "REDACTED"),
      Tags: ["decoded:some", `decode-depth:${depth}`],
    });
    expect(recovered(text, finding)).toEqual([SECRET, written]);
  });

  it("is none for a rule on the name alone, and at least what is there when nothing fits", () => {
    const text = `one\nkey = ${SECRET}\n`;
    const finding = findingOf(text, `key = ${SECRET}`, SECRET);
    expect(recovered(text, { ...finding, StartLine: 0, EndLine: 0 })).toEqual([]);
    expect(recovered(text, { ...finding, Match: "other REDACTED" })).toEqual([`key = ${SECRET}`]);
  });
});

describe("what gitleaks reads at once", () => {
  it("covers every byte once, and ends at two line feeds where it can", () => {
    const line = fc.constantFrom("x".repeat(900), "\n", "\n\n", "y \n \n", "z".repeat(30_000));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const bytes = Buffer.from(lines.join(""));
        const chunks = chunksOf(bytes);
        expect(chunks.map(({ start, end }) => end - start).every((size) => size > 0 && size <= 125_000)).toBe(true);
        expect(chunks.map(({ start }) => start)).toEqual([0, ...chunks.map(({ end }) => end)].slice(0, chunks.length));
        expect(chunks.at(-1)?.end ?? 0).toBe(bytes.length);
        expect(chunks.at(-1)?.lastLine ?? 1).toBe(bytes.toString().split("\n").length);
      }),
      { numRuns: 100 },
    );
  });
});
