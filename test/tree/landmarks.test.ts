import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunksOf } from "../../pipeline/tree/chunks.ts";
import { contentOf } from "../../pipeline/tree/file-content.ts";
import { landmarkReader, landmarksOf } from "../../pipeline/tree/landmarks.ts";
import { MARGIN_BYTES, WINDOW_BYTES, windowStarts } from "../../pipeline/tree/windows.ts";
import { makeTree } from "../support/tree.ts";

/** Counted in the plainest way. */
function placeOf(text: Buffer, at: number): [number, number] {
  const before = text.subarray(0, at);
  return [before.toString("latin1").split("\n").length, at - before.lastIndexOf(10)];
}

const part = fc.constantFrom("x".repeat(30_000), "\n", "\n\n", "y \n \n", "z\r\n".repeat(3000), "€".repeat(4000));
const texts = fc.array(part, { maxLength: 40 }).map((parts) => Buffer.from(parts.join("")));

describe("landmarks", () => {
  it("are none of a text that gitleaks looks at as a whole", () => {
    expect(landmarksOf(Buffer.alloc(100_000, "x"))).toBeUndefined();
    expect(landmarksOf(Buffer.alloc(0))).toBeUndefined();
  });

  it("are the places of its end, of every chunk but the first, and of its windows", () => {
    fc.assert(
      fc.property(texts, (text) => {
        if (text.length <= 100_000) return;
        const starts = windowStarts(text.length);
        expect(landmarksOf(text)).toEqual({
          size: text.length,
          end: placeOf(text, text.length),
          chunks: chunksOf(text)
            .slice(1)
            .map(({ start }) => placeOf(text, start)),
          windows: starts.map((from, index) => ({
            from: placeOf(text, from),
            owns: placeOf(text, index === 0 ? 0 : from + MARGIN_BYTES),
            upTo: placeOf(
              text,
              Math.min(index === starts.length - 1 ? text.length : from + WINDOW_BYTES - MARGIN_BYTES),
            ),
          })),
        });
      }),
      { numRuns: 40 },
    );
  });

  it("are the same when the text comes in parts", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 200_000 }), (text, step) => {
        const reader = landmarkReader();
        for (let at = 0; at < text.length; at += step) reader.take(text.subarray(at, at + step));
        expect(reader.end()).toEqual(landmarksOf(text));
      }),
      { numRuns: 40 },
    );
  });

  it("are of the text as it is scanned: in UTF-8, behind a line feed where it is masked, and of no binary", () => {
    const file = join(makeTree({ f: "" }), "f");
    const marks = (content: Buffer) => {
      writeFileSync(file, content);
      const found = contentOf(Buffer.from(file));
      return "landmarks" in found ? found.landmarks : undefined;
    };
    const text = `${"lorem ipsum\n".repeat(90_000)}€`;
    expect(marks(Buffer.from(text))).toEqual(landmarksOf(Buffer.from(text)));
    expect(marks(Buffer.from(`\ufeff${text}`, "utf16le"))).toEqual(landmarksOf(Buffer.from(text)));
    expect(marks(Buffer.from(`%PDF${text}`))).toEqual(landmarksOf(Buffer.from(`\n%PDF${text}`)));
    expect(marks(Buffer.alloc(200_000))).toBeUndefined();
  });
});
