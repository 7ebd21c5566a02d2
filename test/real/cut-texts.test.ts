import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chunksOf } from "../../pipeline/tree/chunks.ts";
import { MARGIN_BYTES, STRIDE_BYTES, WINDOW_BYTES } from "../../pipeline/tree/windows.ts";
import { GITLEAKS_DIR, scanWithGitleaks } from "../support/gitleaks.ts";
import { makeTree } from "../support/tree.ts";

const SIZE = 300_000;

const digest = (word: string) => createHash("sha256").update(word).digest();
const letters = (word: string, alphabet: string, length: number) =>
  Array.from({ length }, (_, at) => {
    const bytes = digest(`${word} ${Math.floor(at / 32)}`);
    return alphabet[(bytes[at % 32] as number) % alphabet.length];
  }).join("");

/** Made up when the test runs; each stands alone by a blank on either side. */
const TOKENS: Readonly<Record<string, (word: string) => string>> = {
  "github-pat": (word) => ["ghp", digest(word).toString("hex").slice(0, 36)].join("_"),
  "aws-access-token": (word) => `AKIA${letters(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}`,
  // The same everywhere: gitleaks takes one in a hundred of such values for words.
  "generic-api-key": () => `api_key = "${letters("made up", "bcdfghjkmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ23456789", 30)}"`,
  "private-key": (word) => {
    const lines = Array.from({ length: 25 }, (_, at) =>
      letters(`${word} ${at}`, "abcdefghijklmnopqrstuvwxyzABCDEF0123456789+/", 64),
    );
    const mark = (end: string) => `-----${end} RSA PRIVATE KEY-----`;
    return [mark("BEGIN"), ...lines, mark("END")].join("\n");
  },
};
const RULES = Object.keys(TOKENS);

/** Texts without a line feed, with them, and with empty lines where its author wants gitleaks to cut. */
const TEXTS: Readonly<Record<string, string>> = {
  "one line": repeated("lorem ipsum "),
  lines: repeated("lorem ipsum dolor sit amet\n"),
  crlf: repeated("lorem ipsum dolor sit amet\r\n"),
  "letters of several bytes": repeated("löräm € ipsüm 𝄞 "),
  "empty lines at will": withAt(repeated("lorem ipsum "), "\n \t\n", [99_990, 104_321, 230_000]),
};

function repeated(text: string): string {
  return Buffer.from(text.repeat(Math.ceil(SIZE / Buffer.byteLength(text))))
    .subarray(0, SIZE)
    .toString()
    .replace(/\ufffd/g, "");
}

function withAt(text: string, what: string, places: readonly number[]): string {
  return places.reduce((rest, at) => rest.slice(0, at) + what + rest.slice(at + what.length), text);
}

interface Planted {
  readonly ruleId: string;
  readonly path: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Puts tokens over what stands at these offsets (bytes), and says where they are. */
function planted(path: string, base: string, tokens: readonly { at: number; rule: string }[]) {
  const bytes = Buffer.from(base);
  const starts = tokens.map(({ at, rule }) => {
    const token = Buffer.from(` ${TOKENS[rule]?.(`${path} ${at}`)} `);
    let start = at;
    let end = start + token.length;
    // A letter of several bytes is replaced whole.
    while (((bytes[start] ?? 0) & 0xc0) === 0x80) bytes[start++] = 0x20;
    end = start + token.length;
    token.copy(bytes, start);
    while (((bytes[end] ?? 0) & 0xc0) === 0x80) bytes[end++] = 0x20;
    return { rule, from: start + 1, to: start + token.length - 1 };
  });
  const expected = starts.map(({ rule, from, to }): Planted => {
    const [startLine, startColumn] = placeOf(bytes, from);
    const [endLine, endColumn] = placeOf(bytes, to - 1);
    return { ruleId: rule, path, startLine, startColumn, endLine, endColumn };
  });
  return { bytes, expected };
}

function placeOf(bytes: Buffer, at: number): [number, number] {
  const before = bytes.subarray(0, at);
  return [before.toString("latin1").split("\n").length, at - before.lastIndexOf(10)];
}

const key = ({ path, startLine, startColumn, endLine, endColumn, ruleId }: Planted) =>
  `${path}:${startLine}:${startColumn}-${endLine}:${endColumn} ${ruleId}`;

function expectFound(files: Readonly<Record<string, ReturnType<typeof planted>>>): void {
  const tree = Object.fromEntries(Object.entries(files).map(([path, { bytes }]) => [path, bytes]));
  const { report, problems, findings } = scanWithGitleaks(makeTree(tree));
  expect(problems).toEqual([]);
  expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  const expected = Object.values(files).flatMap((file) => file.expected.map(key));
  expect(report.secrets.map(key).sort()).toEqual(expected.sort());
}

describe.skipIf(GITLEAKS_DIR === undefined)("secrets across a cut of gitleaks (skipped until it is installed)", () => {
  it("are found at every position around each cut, once, at their very place", { timeout: 300_000 }, () => {
    const files: Record<string, ReturnType<typeof planted>> = {};
    for (const [name, base] of Object.entries(TEXTS)) {
      const cuts = chunksOf(Buffer.from(base)).slice(0, -1);
      for (let step = 0; step < 4; step++) {
        const tokens = cuts.map(({ end }, index) => {
          const rule = RULES[(step + index) % RULES.length] as string;
          const length = (TOKENS[rule]?.("x").length ?? 0) + 2;
          return { rule, at: end - Math.round((length * (((step * 3 + index) % 8) + 0.5)) / 8) };
        });
        files[`${name}/${step}.js`] = planted(`${name}/${step}.js`, base, tokens);
      }
    }
    expectFound(files);
  });

  it("are found once around the bounds of our own windows too", { timeout: 300_000 }, () => {
    const files: Record<string, ReturnType<typeof planted>> = {};
    const short = RULES.filter((rule) => rule !== "private-key");
    for (const name of ["one line", "letters of several bytes"]) {
      for (const bound of [0, MARGIN_BYTES, WINDOW_BYTES - MARGIN_BYTES, WINDOW_BYTES]) {
        for (const back of [0, 3, 21, 41]) {
          const path = `${name}/${bound}-${back}.js`;
          const tokens = [0, 1, 2, 3].map((index) => ({
            rule: short[(index + back) % short.length] as string,
            at: Math.max(1, index * STRIDE_BYTES + bound - back),
          }));
          const within = tokens.filter(({ at }) => at < SIZE - 100);
          files[path] = planted(path, TEXTS[name] as string, within);
        }
      }
    }
    expectFound(files);
  });

  it("are found in other forms, behind other names, and where a window was to look like a program", () => {
    const base = TEXTS["one line"] as string;
    const cut = 125_000;
    const at = (path: string, offset = cut) => planted(path, base, [{ at: offset - 20, rule: "github-pat" }]);
    const wide = at("wide.txt");
    const masks = ["%PDF-1.7 ", " CD001 "].map((mark, index) => {
      const file = at(`mask-${index}.js`, STRIDE_BYTES * 2 + 40);
      for (let from = STRIDE_BYTES; from < SIZE; from += STRIDE_BYTES)
        file.bytes.write(mark, from + index * (32_769 - 301));
      return file;
    });
    const files = {
      "wide.txt": { ...wide, bytes: Buffer.from(`\ufeff${wide.bytes.toString()}`, "utf16le") },
      "program.txt": planted("program.txt", `MZ${base.slice(2)}`, [{ at: cut - 20, rule: "aws-access-token" }]),
      "app.brand.js": at("app.brand.js"),
      "node_modules/a/package-lock.json": at("node_modules/a/package-lock.json"),
      "über.js": at("über.js"),
      "mask-0.js": masks[0] as (typeof masks)[number],
      "mask-1.js": masks[1] as (typeof masks)[number],
    };
    expectFound(files);
  });

  it("are found in the list of names too, and are kept from what leaves", () => {
    const token = (word: string) => TOKENS["github-pat"]?.(word) as string;
    const names = Array.from({ length: 900 }, (_, index) => `${token(`name ${index}`)}/${"d".repeat(100)}/${index}`);
    const { report, problems, secrets } = scanWithGitleaks(
      makeTree(Object.fromEntries(names.map((name) => [name, ""]))),
    );
    expect(problems).toEqual([]);
    expect(report.secrets).toHaveLength(names.length);
    const cut = planted("a.js", TEXTS["one line"] as string, [{ at: 124_980, rule: "github-pat" }]);
    const found = scanWithGitleaks(makeTree({ "a.js": cut.bytes })).secrets;
    expect(found.map(({ bytes }) => String(bytes))).toEqual([token("a.js 124980")]);
    expect(secrets.map(({ bytes }) => String(bytes)).sort()).toEqual(names.map((name) => name.slice(0, 40)).sort());
  });

  it("are still found when they are longer than what windows share and lie within a chunk", () => {
    const lines = Array.from({ length: 700 }, (_, at) => letters(`${at}`, "abcdefghijklmnop0123456789+/", 64));
    const mark = (end: string) => `-----${end} RSA PRIVATE KEY-----`;
    const text = [mark("BEGIN"), ...lines, mark("END")].join("\n");
    const { report, problems } = scanWithGitleaks(
      makeTree({ "a.pem": `${"x\n".repeat(1000)}\n${text}\n\n${"y\n".repeat(40_000)}` }),
    );
    expect(problems).toEqual([]);
    expect(report.secrets.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([[1002, 1703]]);
  });

  it("are not taken for absent when a window was not read", () => {
    const { problems } = scanWithGitleaks(makeTree({ "a.js": TEXTS["lines"] as string }), (scan) =>
      rmSync(join(scan, "staged/000000@196608+300"), { recursive: true }),
    );
    expect(problems.map(({ code }) => code)).toEqual(["coverage-gap"]);
  });
});
