import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sealOf } from "../../../pipeline/protocol/recorder/line.ts";
import { verifyRecorder } from "../../../pipeline/protocol/recorder/verify.ts";
import { linesOf, recorded } from "./made.ts";

const { bytes } = recorded();
const LINES = linesOf(bytes);
const LAST = LINES.length;
const written = (lines: readonly string[]) => verifyRecorder(Buffer.from(`${lines.join("\n")}\n`));
const at = (line: number) => LINES[line - 1] ?? "";
const changed = (line: number, to: string) => written(LINES.with(line - 1, to));
const hash = (line: string) => createHash("sha256").update(line).digest("hex");

describe("what was done to a flight recorder afterwards", () => {
  it("nothing: it is complete", () => {
    expect(verifyRecorder(bytes)).toMatchObject({ state: "complete", bad: [], end: null, head: hash(at(LAST)) });
  });

  it.each(LINES.map((_, index) => index + 1))("F-14: an edit of line %i is found at that line", (line) => {
    const edited = at(line).replace(/"timestamp":"2026/, '"timestamp":"2027');
    expect(edited).not.toBe(at(line));
    const { state, bad } = changed(line, edited);
    expect([state, bad.map((each) => each.line)]).toEqual(["broken", [line]]);
  });

  it("an edit that changes only spaces is one too", () => {
    expect(changed(4, at(4).replace("{", "{ ")).bad.map(({ line }) => line)).toEqual([4]);
  });

  it("an edit that mends the hash of the next line moves there", () => {
    const edited = at(4).replace(/"timestamp":"2026/, '"timestamp":"2027');
    const next = at(5).replace(hash(at(4)), hash(edited));
    expect(written(LINES.with(3, edited).with(4, next)).bad.map(({ line }) => line)).toEqual([5]);
  });

  it.each([1, 2, 5, LAST - 1])("a removal of line %i is found where it was", (line) => {
    const { state, bad } = written(LINES.toSpliced(line - 1, 1));
    expect([state, bad[0]?.line]).toEqual(["broken", line]);
    expect(bad[0]?.reason).toMatch(/a line was removed|run_started/);
  });

  it("a removal with new numbers after it is found by the hash", () => {
    const rest = LINES.slice(5).map((line) => line.replace(/"seq":(\d+)/, (_all, seq) => `"seq":${seq - 1}`));
    expect(written([...LINES.slice(0, 4), ...rest]).bad[0]?.line).toBe(5);
  });

  it("two lines in each other's place are found at the first", () => {
    const { bad } = written(LINES.with(3, at(5)).with(4, at(4)));
    expect(bad[0]).toEqual({ line: 4, reason: "found event 4, expected 3: a line was removed, moved or put in" });
  });

  it("a line twice is found", () => {
    expect(written(LINES.toSpliced(3, 0, at(4))).bad[0]?.line).toBe(5);
  });

  it.each([1, 3, LAST - 1])(
    "lines cut off after line %i: as far as it goes it counts, but the run never ended",
    (line) => {
      const { state, bad, end, events } = written(LINES.slice(0, line));
      expect([state, bad, end?.line, events.length]).toEqual(["unfinished", [], line, line]);
    },
  );

  it("a line cut off in the middle is named, and what stands before counts", () => {
    const { state, bad, end, events } = verifyRecorder(bytes.subarray(0, -10));
    expect([state, bad, end?.line, events.length]).toEqual(["unfinished", [], LAST, LAST - 1]);
    expect(end?.reason).toMatch(/^cut off in the middle/);
  });

  it("only the last line end gone is a cut too", () => {
    expect(verifyRecorder(bytes.subarray(0, -1)).state).toBe("unfinished");
  });

  it.each([
    ["a line with a wrong hash", (line: string) => line.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${"1".repeat(64)}"`)],
    [
      "a line of a run, with the right hash",
      (line: string) => line.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${hash(at(LAST))}"`),
    ],
    ["a line that is none", () => "hello"],
    ["an event of an unknown type", () => '{"type":"unknown"}'],
  ])("%s put after the end is found at its line", (_name, make) => {
    const put = make(at(2).replace('"seq":1', `"seq":${LAST}`).replace('"capability_action"', '"span_started"'));
    expect([...new Set(written([...LINES, put]).bad.map(({ line }) => line))]).toEqual([LAST + 1]);
  });

  it("a new end with a seal of its own is found by its count or by the line before", () => {
    const ended = { ...JSON.parse(at(LAST)), outcome: "FAILED", events: 3 };
    const { bad } = changed(LAST, JSON.stringify({ ...ended, digest: sealOf(ended) }));
    expect(bad).toEqual([{ line: LAST, reason: "run_ended counts 3 events" }]);
  });

  it.each([
    [
      "an event of another trace",
      3,
      { ...JSON.parse(at(3)), trace_id: "99999999-9999-7999-8999-999999999999" },
      /^found trace 9/,
    ],
    ["a second beginning", 3, JSON.parse(at(1)), /^found run_started, expected/],
    ["another first event", 1, JSON.parse(at(2)), /^found capability_action, expected run_started/],
    ["an end in the middle", 3, JSON.parse(at(LAST)), /^run_ended is not what it was/],
  ])("%s is found, in a chain made anew", (_name, line, change, reason) => {
    const events = LINES.map((text, index) => (index === line - 1 ? change : JSON.parse(text)));
    const { bad } = written(chainedAnew(events));
    expect(bad[0]?.line).toBe(line);
    expect(bad[0]?.reason).toMatch(reason);
  });

  it("a chain that is made anew as a whole is shown by its head alone", () => {
    const events = LINES.map((text) => ({ ...JSON.parse(text), actor: "agent" }));
    const { state, head } = written(chainedAnew(events));
    expect([state, head === hash(at(LAST))]).toEqual(["complete", false]);
  });

  it("an empty file never began", () => {
    expect(verifyRecorder(Buffer.alloc(0))).toMatchObject({ state: "unfinished", end: { line: 0 }, events: [] });
  });

  it("any change of one byte is found", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, by) => {
        const other = Buffer.from(bytes);
        other[place] = ((other[place] ?? 0) + by) % 256;
        expect(verifyRecorder(other).state).not.toBe("complete");
      }),
      { numRuns: 400 },
    );
  });

  it("whatever bytes there are, it says something", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
        expect(verifyRecorder(Buffer.from(junk)).state).not.toBe("complete");
      }),
    );
  });
});

/** The same events with numbers, hashes and seal that fit: what somebody can do who may write the file. */
function chainedAnew(events: readonly Record<string, unknown>[]): string[] {
  let prev = "0".repeat(64);
  return events.map((event, seq) => {
    const whole = { ...event, seq, prev };
    const isEnd = event["type"] === "run_ended" && seq === events.length - 1;
    const line = JSON.stringify(isEnd ? { ...whole, digest: sealOf(whole) } : whole);
    prev = hash(line);
    return line;
  });
}
