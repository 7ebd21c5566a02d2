import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/shared-data.ts";
import { FAILURES, titlesIn, toReference } from "./catalogue.ts";

const NOTES = resolve(ROOT, "../shared/docs");
const hasNotes = existsSync(NOTES);
const note = (name: string) => readFileSync(join(NOTES, name), "utf8");
/** Where scanners.md says what the word means. */
const DEFINITIONS = ['"F-OPEN" marks a way', "every F-OPEN is a test"];
const MARKS = FAILURES.flatMap(({ marks }) => marks ?? []);

describe("the documented failures", () => {
  it("have ids of their own", () => {
    const ids = FAILURES.map(({ id }) => id);
    expect(ids.length).toBe(new Set(ids).size);
  });

  it.each(FAILURES.map((failure) => [failure.id, failure] as const))(
    "%s names a test that is there, by its id",
    (id, { test, title, file }) => {
      expect(titlesIn(test)).toContain(title);
      expect(title.split(/[\s:()]+/)).toContain(id);
      expect(existsSync(join(ROOT, file))).toBe(true);
    },
  );

  it("are described in docs/reference/failures.md (vitest -u writes it anew)", async () => {
    await expect(toReference(FAILURES)).toMatchFileSnapshot(join(ROOT, "docs/reference/failures.md"));
  });

  it.skipIf(!hasNotes)("answer for every F-OPEN of scanners.md (skipped without ../shared/docs)", () => {
    const text = note("scanners.md");
    const covered = [...DEFINITIONS, ...MARKS].flatMap((mark) => {
      const from = text.indexOf(mark);
      return from < 0 ? [] : [[from, from + mark.length] as const];
    });
    const open = [...text.matchAll(/F-OPEN/g)].filter(
      ({ index }) => !covered.some(([from, to]) => from <= index && index < to),
    );
    expect(open.map(({ index }) => text.slice(index, index + 80))).toEqual([]);
  });

  it.skipIf(!hasNotes)("mark words that stand once in scanners.md (skipped without ../shared/docs)", () => {
    const text = note("scanners.md");
    expect(MARKS.filter((mark) => text.split(mark).length !== 2)).toEqual([]);
  });

  it.skipIf(!hasNotes)(
    "answer for every [FO], [LEAK] and [DOS] of protocol.md J (skipped without ../shared/docs)",
    () => {
      const lines = [...note("protocol.md").matchAll(/^- (J-\d\d) \[([A-Z]+)\]/gm)].map(([, id, fault]) => ({
        id,
        fault,
      }));
      expect(lines.length).toBeGreaterThan(60);
      const wanted = lines.filter(({ fault }) => /^(FO|LEAK|DOS)$/.test(fault ?? "")).map(({ id }) => id);
      expect(wanted.filter((id) => !FAILURES.some((failure) => failure.id === id))).toEqual([]);
      const ours = FAILURES.map(({ id }) => id).filter((id) => id.startsWith("J-"));
      expect(ours.filter((id) => !lines.some((line) => line.id === id))).toEqual([]);
    },
  );
});
