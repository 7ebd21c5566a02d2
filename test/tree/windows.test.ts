import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunksOf, SINGLE_CHUNK_BYTES } from "../../pipeline/tree/chunks.ts";
import { startsLikeApplication } from "../../pipeline/tree/encoding.ts";
import {
  MARGIN_BYTES,
  OVERLAP_BYTES,
  STRIDE_BYTES,
  stagedWindow,
  stagedWindowBytes,
  stagedWindows,
  WINDOW_BYTES,
  windowCutter,
  windowNameOf,
  windowStarts,
} from "../../pipeline/tree/windows.ts";

const size = fc.integer({ min: SINGLE_CHUNK_BYTES + 1, max: 1_500_000 });

describe("the windows of a text", () => {
  it("are none where it is looked at as a whole, which it is up to 100,000 bytes", () => {
    expect(windowStarts(SINGLE_CHUNK_BYTES)).toEqual([]);
    expect(windowStarts(SINGLE_CHUNK_BYTES + 1)).toEqual([0, 65_536]);
    expect(chunksOf(Buffer.alloc(SINGLE_CHUNK_BYTES, "x"))).toHaveLength(1);
  });

  it("hold every part of the text that is no longer than their overlap, and end with it", () => {
    fc.assert(
      fc.property(size, fc.nat(), (bytes, anywhere) => {
        const starts = windowStarts(bytes);
        const from = anywhere % (bytes - OVERLAP_BYTES + 1);
        expect(starts.some((start) => start <= from && from + OVERLAP_BYTES <= start + WINDOW_BYTES)).toBe(true);
        const last = starts.at(-1) as number;
        expect(last < bytes && bytes <= last + WINDOW_BYTES).toBe(true);
        expect(starts).toEqual(starts.map((_, index) => index * STRIDE_BYTES));
      }),
    );
  });

  it("show every part that is shorter by two margins with a margin on either side, or up to the text's own end", () => {
    fc.assert(
      fc.property(size, fc.nat(), (bytes, anywhere) => {
        const length = OVERLAP_BYTES - 2 * MARGIN_BYTES;
        const from = anywhere % (bytes - length + 1);
        const shows = (start: number) =>
          (start === 0 || start + MARGIN_BYTES <= from) &&
          (start + WINDOW_BYTES >= bytes || from + length <= start + WINDOW_BYTES - MARGIN_BYTES);
        expect(windowStarts(bytes).some(shows)).toBe(true);
      }),
    );
  });

  it("are each one chunk, whatever they hold, and count their bytes", () => {
    const part = fc.constantFrom("x".repeat(40_000), "\n\n", " \n", "€".repeat(9000), "y\r\n".repeat(5000));
    fc.assert(
      fc.property(fc.array(part, { minLength: 3, maxLength: 20 }), (parts) => {
        const text = Buffer.from(parts.join(""));
        const windows = stagedWindows("000001@/a.js", text);
        expect(windows.every(({ content }) => chunksOf(content).length === 1)).toBe(true);
        expect(windows.reduce((sum, { content }) => sum + content.length, 0)).toBe(stagedWindowBytes(text.length));
      }),
      { numRuns: 50 },
    );
  });

  it("are the same when the text comes in parts", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 150_000 }), { maxLength: 8 }), (sizes) => {
        const parts = sizes.map((length, index) => Buffer.alloc(length, `${index}abc\n`));
        const given: unknown[] = [];
        const cutter = windowCutter("000001@/a.js", ({ name, content }) => given.push([name, content.toString("hex")]));
        for (const one of parts) cutter.next(one);
        cutter.end();
        const whole = stagedWindows("000001@/a.js", Buffer.concat(parts));
        expect(given).toEqual(whole.map(({ name, content }) => [name, content.toString("hex")]));
      }),
      { numRuns: 50 },
    );
  });

  it("are taken for no other format, wherever their author makes the text look like one", () => {
    const looks: readonly (readonly [number, string])[] = [
      [0, "%PDF-1.7"],
      [257, "ustar"],
      [128, "DICM"],
      [32_769, "CD001"],
      [32_769 - 300, "CD001"],
      [32_769 - 301, "CD001"],
    ];
    for (const [at, mark] of looks) {
      const text = Buffer.alloc(WINDOW_BYTES, "x");
      text.write(mark, at);
      const { name, content } = stagedWindow("000001@/a.js", 0, text);
      expect(startsLikeApplication(content)).toBe(false);
      const shift = windowNameOf(name)?.shift as number;
      expect(content.subarray(shift, shift + WINDOW_BYTES).equals(text)).toBe(true);
      expect(content.length).toBe(WINDOW_BYTES + 302);
    }
  });

  it("have names that say what they are of; no other name does", () => {
    expect(windowNameOf("000001@65536+300/a.js")).toEqual({ whole: "000001/a.js", from: 65_536, shift: 300 });
    expect(windowNameOf("7+1@0+301/a@1.js")).toEqual({ whole: "7+1/a@1.js", from: 0, shift: 301 });
    for (const name of [
      "000001/a.js",
      "1@1+300/a.js",
      "1@65536/a.js",
      "1@65536+7/a.js",
      "1@65536+300/a/b.js",
      "a.js",
    ]) {
      expect(windowNameOf(name)).toBeUndefined();
    }
  });
});
