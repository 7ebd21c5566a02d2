import { describe, expect, it } from "vitest";
import { gapProblems, judgeGaps } from "../../pipeline/decide/gaps.ts";
import { gapOf } from "../../pipeline/findings/gap.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";
import { waivableGap } from "../../pipeline/waivers/covers.ts";
import { judgeWaivers } from "../../pipeline/waivers/judge-waivers.ts";
import type { Mode } from "../../schemas/common.ts";
import { type Gap, GapCode } from "../../schemas/finding.ts";
import type { Policy } from "../../schemas/policy.ts";
import type { Waiver } from "../../schemas/waivers.ts";

const NEVER_CLEAN = ["unreadable", "changed-while-read", "package-not-scanned", "file-not-scanned"] as const;
const AS_OF = "2026-01-01T00:00:00.000Z";

const gap = (code: GapCode, more: Partial<Gap> = {}): Gap =>
  gapOf({ code, path: "a", subject: "b", detail: "", ...more });
const WAIVER = { reason: "made up for a test", owner: "someone", approver: "another" } as const;
const waived = (ids: readonly string[], expires: string): Waiver[] =>
  ids.map((finding) => ({ ...WAIVER, what: { finding }, created: "2025-12-01", expires }));
const pricing = (gaps: readonly Gap[], mode: Mode, policy: Policy, waivers: readonly Waiver[]) => {
  const things = gaps.map(waivableGap);
  const { by } = judgeWaivers({ waivers, things, digests: new Map(), asOf: AS_OF, terms: policy.waivers });
  return { policy, mode, by };
};
const judged = (one: Gap, mode: Mode, policy: Policy = RECOMMENDED, waivers: readonly Waiver[] = []) =>
  judgeGaps([one], pricing([one], mode, policy, waivers))[0];
const priced = (...rules: readonly { gap?: GapCode[]; effect: "report" | "incomplete" }[]): Policy => ({
  ...RECOMMENDED,
  name: "p.yaml",
  rules: rules.map((rule, index) => ({ id: `r${index}`, class: "coverage", at: `p.yaml:${index + 3}`, ...rule })),
});
const FREE: Policy = {
  ...RECOMMENDED,
  rules: [{ id: "all", class: ["coverage", "freshness"], effect: "report", at: "p.yaml:3" }],
};

describe("a gap", () => {
  it.each(GapCode.options)("named %s makes a release incomplete by the built-in policy", (code) => {
    expect(judged(gap(code), "release")?.effect).toBe("incomplete");
  });

  it("is only reported in a review, but for packages that two readers see differently and what is never clean", () => {
    // Nothing is too old for a review: there never is such a gap.
    const codes = GapCode.options.filter((code) => code !== "advisories-old");
    const strict = codes.filter((code) => judged(gap(code), "review")?.effect !== "report");
    expect(strict).toEqual(expect.arrayContaining([...NEVER_CLEAN, "package-not-read"]));
    expect(strict).toHaveLength(NEVER_CLEAN.length + 1);
  });

  it("keeps what it was, with the line of the policy that decides", () => {
    expect(judged(gap("unpinned"), "review")).toEqual({
      ...gap("unpinned"),
      effect: "report",
      because: "recommended: review-gaps: report",
    });
    expect(judged(gap("package-not-read"), "review")?.because).toBe("recommended: readers-disagree: incomplete");
  });

  it("is worth what the policy says of its own name, else of all others", () => {
    const policy = priced({ gap: ["unpinned"], effect: "incomplete" }, { effect: "report" });
    expect(judged(gap("unpinned"), "review", policy)).toMatchObject({
      effect: "incomplete",
      because: "p.yaml:3: r0: incomplete",
    });
    expect(judged(gap("git-dependency"), "release", policy)).toMatchObject({
      effect: "report",
      because: "p.yaml:4: r1: report",
    });
    const lenient = priced({ gap: ["unpinned"], effect: "report" }, { effect: "incomplete" });
    expect(judged(gap("unpinned"), "release", lenient)?.effect).toBe("report");
    expect(judged(gap("unresolved-range"), "release", lenient)?.effect).toBe("incomplete");
  });

  it("keeps its place in the list", () => {
    const gaps = [gap("unpinned"), gap("archive"), gap("unreadable")];
    const judgements = judgeGaps(gaps, { policy: RECOMMENDED, mode: "review", by: new Map() });
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
      "waived by someone, approved by another, until 2026-01-01: made up for a test",
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
  const problemsOf = (gaps: readonly Gap[], policy = RECOMMENDED, waivers: readonly Waiver[] = []) =>
    gapProblems(judgeGaps(gaps, pricing(gaps, "release", policy, waivers)));

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
