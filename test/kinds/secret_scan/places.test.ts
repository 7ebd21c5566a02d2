import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placesIn, type Seen } from "../../../pipeline/kinds/secret_scan/places.ts";
import { chunksOf } from "../../../pipeline/tree/chunks.ts";
import { landmarksOf } from "../../../pipeline/tree/landmarks.ts";
import { stagedWindows, windowNameOf } from "../../../pipeline/tree/windows.ts";
import type { GitleaksReport } from "../../../schemas/gitleaks.ts";

const TOKEN = ["tok", "0123456789abcdef0123"].join("_");
const KEY = ["BEGIN", ...Array.from({ length: 20 }, () => "k".repeat(60)), "END"].join("\n");

/** What gitleaks 8.30.1 says of one part that it looks at: places by its own way of counting. */
function entriesOf(bytes: Buffer, firstLine: number): GitleaksReport {
  const text = bytes.toString("latin1");
  const feeds = [...text.matchAll(/\n/g)].map(({ index }) => index);
  return [...text.matchAll(/tok_[0-9a-f]{20}|BEGIN[\s\S]*?END/g)].map((match) => {
    const [start, end] = [match.index, match.index + match[0].length];
    const startLine = feeds.filter((at) => at <= start).length;
    const endLine = feeds.filter((at) => at < end).length;
    const column = (at: number, line: number) => at - (line === 0 ? 0 : (feeds[line - 1] as number));
    const isOpen = endLine === feeds.length && startLine < endLine;
    const RuleID = match[0].startsWith("BEGIN") ? "key" : "token";
    return {
      ...{ RuleID, Description: "d.", Match: "REDACTED", Secret: "REDACTED", File: "tree/a", SymlinkFile: "" },
      ...{ Commit: "", Entropy: 4, Author: "", Email: "", Date: "", Message: "", Tags: [], Fingerprint: "" },
      StartLine: firstLine + startLine,
      EndLine: firstLine + (isOpen ? startLine : endLine),
      StartColumn: column(start, startLine) + 1,
      EndColumn: isOpen ? 0 : column(end, endLine),
    };
  });
}

function seenBy(text: Buffer): Seen[] {
  const whole = chunksOf(text).flatMap(({ start, end, firstLine }) => entriesOf(text.subarray(start, end), firstLine));
  const windows = stagedWindows("1@/a", text).flatMap(({ name, content }) =>
    entriesOf(content, 1).map((entry) => ({ entry, window: windowNameOf(name) })),
  );
  return [...whole.map((entry) => ({ entry, window: undefined })), ...windows];
}

const placed = (text: Buffer, seen = seenBy(text)) => {
  const landmarks = landmarksOf(text);
  if (landmarks === undefined) throw new Error("nothing is cut");
  const keys = placesIn(landmarks, seen).map(
    ({ entry, region: { startLine, startColumn, endLine, endColumn } }) =>
      `${entry.RuleID} ${startLine}:${startColumn}-${endLine}:${endColumn}`,
  );
  return keys.sort();
};

/** Where they are, counted in the plainest way. */
function truth(text: Buffer): string[] {
  const placeOf = (at: number) => {
    const before = text.subarray(0, at).toString("latin1");
    return `${before.split("\n").length}:${at - before.lastIndexOf("\n")}`;
  };
  return [...text.toString("latin1").matchAll(/tok_[0-9a-f]{20}|BEGIN[\s\S]*?END/g)]
    .map(({ 0: match, index }) => {
      const rule = match.startsWith("BEGIN") ? "key" : "token";
      return `${rule} ${placeOf(index)}-${placeOf(index + match.length - 1)}`;
    })
    .sort();
}

const FILLERS = ["x", " ", "lorem ipsum ", "lorem ipsum dolor sit\n", "a\r\n", "€ß "];

describe("matches in a text that gitleaks cuts", () => {
  it("are told once and at their very place, wherever they lie", () => {
    const filler = fc.constantFrom(...FILLERS);
    const size = fc.integer({ min: 1, max: 70_000 });
    const part = fc.oneof(
      fc.tuple(filler, size).map(([text, length]) => text.repeat(Math.ceil(length / text.length))),
      fc.constantFrom(` ${TOKEN} `, ` ${KEY} `, "\n\n", "\n \t\n"),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 3, maxLength: 16 }), (parts) => {
        const text = Buffer.from(`${parts.join("")}${"y".repeat(100_001)}`);
        expect(placed(text)).toEqual(truth(text));
      }),
      { numRuns: 150 },
    );
  });

  it("are told once and at their very place around every cut and every bound of a window", () => {
    for (const filler of FILLERS) {
      const text = Buffer.from(filler.repeat(Math.ceil(300_000 / Buffer.byteLength(filler))));
      const cuts = chunksOf(text).map(({ end }) => end);
      const bounds = [65_536, 66_560, 97_280, 98_304, 131_072, 162_816, 163_840, 196_608];
      for (const cut of [...cuts.slice(0, -1), ...bounds]) {
        for (const back of [0, 12, 25]) {
          const here = Buffer.from(text);
          here.write(` ${TOKEN} `, cut - back);
          expect(placed(here)).toEqual(truth(here));
        }
      }
    }
  });

  it("are still told when only the whole shows them: longer than what windows share, or seen by none", () => {
    const long = `BEGIN${"k".repeat(50_000)}END`;
    const text = Buffer.from(`${"x\n".repeat(2000)}${long}\n\n${"y\n".repeat(60_000)}`);
    expect(placed(text)).toEqual(truth(text));
    const short = Buffer.from(`${"x\n".repeat(60_000)}${TOKEN}\n${"y\n".repeat(2000)}`);
    const whole = seenBy(short).filter(({ window }) => window === undefined);
    expect(placed(short, whole)).toEqual(truth(short));
  });

  it("are told although only a window shows their beginning", () => {
    const text = Buffer.from(`${"x ".repeat(50_000)} BEGIN${"k".repeat(150_000)}END ${"y ".repeat(5000)}`);
    const seen = seenBy(text);
    expect(seen).toEqual([]);
    const entry = entriesOf(Buffer.from(`\n BEGIN${"k".repeat(97_000)}END`), 1)[0] as GitleaksReport[number];
    const window = { whole: "1/a", from: 65_536, shift: 300 };
    const atEnd = { ...entry, StartLine: 301, EndLine: 301, StartColumn: 34_467, EndColumn: 98_000 };
    expect(placed(text, [{ entry: atEnd, window }])).toEqual(["key 1:100002-1:163535"]);
  });

  it("of a rule on the name alone have no place, and count once", () => {
    const text = Buffer.alloc(150_000, "x");
    const entry = entriesOf(Buffer.from(TOKEN), 0)[0] as GitleaksReport[number];
    const named = { ...entry, StartLine: 0, EndLine: 0, StartColumn: 0, EndColumn: 0 };
    const window = { whole: "1/a", from: 0, shift: 300 };
    expect(
      placed(text, [
        { entry: named, window: undefined },
        { entry: named, window },
      ]),
    ).toEqual(["token 1:1-1:1"]);
  });
});
