import { describe, expect, it } from "vitest";
import { affects } from "../../pipeline/fix/affects.ts";
import { smallestFix, type ToFix } from "../../pipeline/fix/smallest-fix.ts";
import type { Affected, OsvRecord } from "../../schemas/osv-record.ts";
import { isVulnerable, type PlainRecord } from "../matcher/plain-matcher.ts";

type Bounds = readonly [introduced: string, end?: string, kind?: "fixed" | "last_affected"];

const affected = (ecosystem: string, ...ranges: readonly Bounds[]): Affected[] => [
  {
    package: { name: "p", ecosystem },
    ranges: ranges.map(([introduced, end, kind = "fixed"]) => ({
      type: "ECOSYSTEM",
      events: [{ introduced }, ...(end === undefined ? [] : [{ [kind]: end }])],
    })),
  },
];
const record = (id: string, ...ranges: readonly Bounds[]): OsvRecord => ({
  schema_version: "1.7.0",
  id,
  modified: "2026-01-01T00:00:00Z",
  affected: affected("npm", ...ranges),
});
const fix = (version: string, blocking: readonly string[], records: readonly OsvRecord[], more: Partial<ToFix> = {}) =>
  smallestFix({ ecosystem: "npm", name: "p", version, blocking, records, ...more });

describe("whether an advisory is about a version", () => {
  it.each([
    ["inside a range", "1.5.0", [["1.0.0", "2.0.0"]], true],
    ["where it is fixed", "2.0.0", [["1.0.0", "2.0.0"]], false],
    ["before it was introduced", "0.9.0", [["1.0.0", "2.0.0"]], false],
    ["from the beginning", "0.0.1", [["0"]], true],
    ["the last one that is affected", "2.0.0", [["0", "2.0.0", "last_affected"]], true],
    ["after the last one that is affected", "2.0.1", [["0", "2.0.0", "last_affected"]], false],
    [
      "in the second range",
      "3.1.0",
      [
        ["1.0.0", "2.0.0"],
        ["3.0.0", "3.2.0"],
      ],
      true,
    ],
    [
      "between two ranges",
      "2.5.0",
      [
        ["1.0.0", "2.0.0"],
        ["3.0.0", "3.2.0"],
      ],
      false,
    ],
    ["that can't be read", "latest", [["1.0.0", "2.0.0"]], undefined],
  ] as [string, string, Bounds[], boolean | undefined][])("%s: %s", (_what, version, ranges, answer) => {
    expect(affects(affected("npm", ...ranges), "npm", version)).toBe(answer);
  });

  it("is told by its list of versions too", () => {
    expect(affects([{ package: { name: "p", ecosystem: "Maven" }, versions: ["1.0"] }], "Maven", "1.0")).toBe(true);
    expect(affects([{ package: { name: "p", ecosystem: "Maven" }, versions: ["1.0"] }], "Maven", "1.1")).toBe(false);
  });
});

describe("the smallest version that clears", () => {
  it("is the next fixed one of the same major version", () => {
    const records = [record("A", ["0", "1.2.3"], ["2.0.0", "2.1.0"])];
    expect(fix("1.0.0", ["A"], records)).toEqual({ to: "1.2.3", sameMajor: true, leaves: [] });
    expect(fix("2.0.5", ["A"], records)).toEqual({ to: "2.1.0", sameMajor: true, leaves: [] });
  });

  it("is one version for several advisories", () => {
    expect(fix("1.0.0", ["A", "B"], [record("A", ["0", "1.1.0"]), record("B", ["0", "1.4.0"])])).toEqual({
      to: "1.4.0",
      sameMajor: true,
      leaves: [],
    });
  });

  it("does not lie in the range of another advisory, even of one that does not block", () => {
    const records = [record("A", ["0", "1.1.0"]), record("B", ["1.1.0", "1.2.0"])];
    expect(fix("1.0.0", ["A"], records)).toEqual({ to: "1.2.0", sameMajor: true, leaves: [] });
  });

  it("leaves what does not block where nothing clears all, and says so", () => {
    const records = [record("A", ["0", "1.1.0"]), record("B", ["0"])];
    expect(fix("1.0.0", ["A"], records)).toEqual({ to: "1.1.0", sameMajor: true, leaves: ["B"] });
  });

  it("is of another major version where there is no other", () => {
    expect(fix("1.0.0", ["A"], [record("A", ["0", "2.0.0"])])).toEqual({ to: "2.0.0", sameMajor: false, leaves: [] });
    expect(fix("0.3.1", ["A"], [record("A", ["0", "0.4.0"])])).toMatchObject({ to: "0.4.0", sameMajor: false });
  });

  it("is never below the present one", () => {
    const records = [record("A", ["2.0.0", "2.0.1"], ["1.0.0", "1.5.0"])];
    expect(fix("2.0.0", ["A"], records)).toMatchObject({ to: "2.0.1" });
  });

  it.each<[string, OsvRecord[], Partial<ToFix>, string]>([
    ["no fixed version", [record("A", ["0"])], {}, "no-fixed-version"],
    ["only a last affected one", [record("A", ["0", "1.9.0", "last_affected"])], {}, "no-fixed-version"],
    ["malware", [record("MAL-1", ["0", "2.0.0"])], { blocking: ["MAL-1"] }, "malware"],
    [
      "an order that is not known",
      [{ ...record("A"), affected: affected("Maven", ["0", "2.0"]) }],
      { ecosystem: "Maven" },
      "order-not-known",
    ],
  ])("is none for %s", (_what, records, more, why) => {
    expect(fix("1.0.0", ["A"], records, more)).toEqual({ why });
  });

  it("clears what blocks by the plain matcher's word, for drawn ranges", () => {
    let state = 7;
    const draw = (below: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    const version = () => `${draw(3)}.${draw(4)}.${draw(4)}`;
    let fixed = 0;
    for (let round = 0; round < 2000; round++) {
      // Where a range ends at the very version at which it begins, the standard does not say which comes first.
      const range = (): Bounds => {
        const [from, to] = [version(), version()];
        return from === to ? ["0", to] : [from, to];
      };
      const records = Array.from({ length: 1 + draw(4) }, (_, at) => record(`R${at}`, range(), ["0", version()]));
      const present = version();
      const hits = (at: string) =>
        records.filter((each) => isVulnerable(each as PlainRecord, "npm", "p", at)).map(({ id }) => id);
      const answer = fix(present, hits(present), records);
      if (!("to" in answer)) continue;
      fixed++;
      const left = hits(answer.to);
      expect([present, answer, left.filter((id) => hits(present).includes(id))]).toEqual([present, answer, []]);
      expect(left.sort()).toEqual(answer.leaves);
    }
    expect(fixed).toBeGreaterThan(500);
  });
});
