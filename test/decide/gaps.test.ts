import { describe, expect, it } from "vitest";
import { gapProblems, judgeGaps } from "../../pipeline/decide/gaps.ts";
import { RECOMMENDED } from "../../pipeline/decide/recommended.ts";
import { gapOf } from "../../pipeline/findings/gap.ts";
import type { Mode } from "../../schemas/common.ts";
import { type Gap, GapCode } from "../../schemas/finding.ts";
import type { Policy } from "../../schemas/policy.ts";
import type { WaiverFile } from "../../schemas/waivers.ts";

const NEVER_CLEAN = ["unreadable", "changed-while-read", "package-not-scanned", "file-not-scanned"] as const;
const AS_OF = "2026-01-01T00:00:00.000Z";

const gap = (code: GapCode, more: Partial<Gap> = {}): Gap =>
  gapOf({ code, path: "a", subject: "b", detail: "", ...more });
const waived = (ids: readonly string[], expires: string): WaiverFile => ({
  schemaVersion: "supply-gate/waivers-1",
  waivers: ids.map((finding) => ({ finding, reason: "made up for a test", owner: "someone", expires })),
});
const judged = (one: Gap, mode: Mode, policy: Policy = RECOMMENDED, waivers: WaiverFile | null = null) =>
  judgeGaps([one], { policy, mode, waivers, asOf: AS_OF })[0];
const priced = (prices: Policy["gaps"]["review"]): Policy => ({
  ...RECOMMENDED,
  name: "p.yaml",
  gaps: { review: prices, release: prices },
});
const FREE = priced({
  default: "report",
  codes: Object.fromEntries(GapCode.options.map((code) => [code, "report" as const])),
});

describe("a gap", () => {
  it.each(GapCode.options)("named %s makes a release incomplete by the built-in policy", (code) => {
    expect(judged(gap(code), "release")?.effect).toBe("incomplete");
  });

  it("is only reported in a review, but for packages that two readers see differently and what is never clean", () => {
    const strict = GapCode.options.filter((code) => judged(gap(code), "review")?.effect !== "report");
    expect(strict).toEqual(expect.arrayContaining([...NEVER_CLEAN, "package-not-read"]));
    expect(strict).toHaveLength(NEVER_CLEAN.length + 1);
  });

  it("keeps what it was, with the line of the policy that decides", () => {
    expect(judged(gap("unpinned"), "review")).toEqual({
      ...gap("unpinned"),
      effect: "report",
      because: "recommended: gaps.review is report",
    });
    expect(judged(gap("package-not-read"), "review")?.because).toBe(
      "recommended: gaps.review.package-not-read is incomplete",
    );
  });

  it("is worth what the policy says of its own name, else of all others", () => {
    const policy = priced({ default: "report", codes: { unpinned: "incomplete" } });
    expect(judged(gap("unpinned"), "review", policy)).toMatchObject({
      effect: "incomplete",
      because: "p.yaml: gaps.review.unpinned is incomplete",
    });
    expect(judged(gap("git-dependency"), "release", policy)).toMatchObject({
      effect: "report",
      because: "p.yaml: gaps.release is report",
    });
    const lenient = priced({ default: "incomplete", codes: { unpinned: "report" } });
    expect(judged(gap("unpinned"), "release", lenient)?.effect).toBe("report");
    expect(judged(gap("unresolved-range"), "release", lenient)?.effect).toBe("incomplete");
  });

  it("keeps its place in the list", () => {
    const gaps = [gap("unpinned"), gap("archive"), gap("unreadable")];
    const judgements = judgeGaps(gaps, { policy: RECOMMENDED, mode: "review", waivers: null, asOf: AS_OF });
    expect(judgements.map(({ id }) => id)).toEqual(gaps.map(({ id }) => id));
  });
});

describe("a waiver that names a gap", () => {
  const one = gap("unpinned");

  it.each([
    ["2026-01-02", "waived"],
    ["2026-01-01", "waived"],
    ["2025-12-31", "incomplete"],
  ])("until %s makes it %s on the first of January 2026", (expires, effect) => {
    expect(judged(one, "release", RECOMMENDED, waived([one.id], expires))?.effect).toBe(effect);
  });

  it("G-12: says who answers for it, until when and why", () => {
    expect(judged(one, "release", RECOMMENDED, waived([one.id], "2026-01-01"))?.because).toBe(
      "waived by someone until 2026-01-01: made up for a test",
    );
  });

  it("answers for that one only", () => {
    const other = gap("unpinned", { subject: "c" });
    expect(judged(other, "release", RECOMMENDED, waived([one.id], "2026-01-01"))?.effect).toBe("incomplete");
  });
});

describe.each(NEVER_CLEAN)("what is %s", (code) => {
  it("can be neither waived nor priced away", () => {
    const one = gap(code);
    for (const mode of ["review", "release"] as const) {
      expect(judged(one, mode, FREE, waived([one.id], "2030-01-01"))).toEqual({
        ...one,
        effect: "incomplete",
        because: `${code} is never clean`,
      });
    }
  });
});

describe("the problems of a job's gaps", () => {
  const problemsOf = (gaps: readonly Gap[], policy = RECOMMENDED, waivers: WaiverFile | null = null) =>
    gapProblems(judgeGaps(gaps, { policy, mode: "release", waivers, asOf: AS_OF }));

  it("are one for each name, sorted, with the first gap and how many more there are", () => {
    const gaps = [
      gap("unpinned", { path: "requirements.txt", subject: "loose", detail: ">=1" }),
      gap("archive", { path: "x.zip", subject: "x.zip" }),
      gap("unpinned", { subject: "c" }),
      gap("unpinned", { subject: "d" }),
    ];
    expect(problemsOf(gaps)).toEqual([
      {
        code: "coverage-gap",
        message: "archive: x.zip",
        next: `unpack it, or leave it out by the policy's exclude with a reason, or answer for it in a waiver (${gaps[1]?.id})`,
      },
      {
        code: "coverage-gap",
        message: "unpinned: requirements.txt: loose: >=1 (and 2 more)",
        next: `pin it in the lockfile, or answer for it in a waiver (${gaps[0]?.id})`,
      },
    ]);
  });

  it("offer no waiver where none would count", () => {
    expect(problemsOf([gap("unreadable", { subject: "a", detail: "EACCES" })])).toEqual([
      { code: "coverage-gap", message: "unreadable: a: EACCES", next: "make it readable, or remove it" },
    ]);
  });

  it("are none for gaps that are reported or waived, and count only the others", () => {
    expect(problemsOf([gap("unpinned"), gap("archive")], FREE)).toEqual([]);
    const gaps = [gap("unpinned"), gap("unpinned", { subject: "c" })];
    const [problem, ...more] = problemsOf(gaps, RECOMMENDED, waived([gap("unpinned").id], "2030-01-01"));
    expect(more).toEqual([]);
    expect(problem?.message).toBe("unpinned: a: c");
  });

  it.each(GapCode.options)("say what to do about one named %s", (code) => {
    expect(problemsOf([gap(code)])[0]?.next).toMatch(/^[a-z].{9,}/);
  });

  it("show hostile names as escapes", () => {
    const path = `a${String.fromCodePoint(0x1b, 0x202e)}`;
    expect(problemsOf([gap("archive", { path, subject: path })])[0]?.message).toBe("archive: a\\u001b\\u202e");
  });
});
