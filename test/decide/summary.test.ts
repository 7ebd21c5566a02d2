import { describe, expect, it } from "vitest";
import type { DecidedJob } from "../../pipeline/decide/decided-job.ts";
import { aliveText, coverageSentence, summaryOf } from "../../pipeline/decide/summary.ts";
import type { Coverage, JudgedFinding } from "../../schemas/finding.ts";

const COVERAGE: Coverage = {
  kind: "vuln_scan",
  parts: [
    { unit: "files", expected: 1_234_567, seen: 1000, leftOut: [{ reason: "binary", count: 2, examples: [] }] },
    { unit: "crates", expected: 11, seen: 11, leftOut: [] },
  ],
  gaps: [
    { id: "", code: "unpinned", path: "a", subject: "b", detail: "" },
    { id: "", code: "git-dependency", path: "a", subject: "c", detail: "" },
    { id: "", code: "unpinned", path: "a", subject: "d", detail: "" },
  ],
};
const found = (...rules: string[]) => rules.map((rule) => ({ rule }) as JudgedFinding);
const job = (more: Partial<DecidedJob>): DecidedJob => ({
  kind: "vuln_scan",
  state: "complete",
  tool: null,
  reason: null,
  problems: [],
  findings: [],
  coverage: null,
  gaps: [],
  canaries: { expected: [], found: [] },
  ...more,
});

describe("summaryOf", () => {
  it.each<[string, Partial<DecidedJob>]>([
    ["not required: no lockfile", { state: "not-required", reason: "no lockfile" }],
    ["not required: nothing to do", { state: "not-required" }],
    ["nothing found", {}],
    [
      "nothing found, 1,000 of 1,234,567 files (left out: 2 binary), 11 of 11 crates (not judged: 1 git-dependency, 2 unpinned)",
      { coverage: COVERAGE },
    ],
    ["1 malware, 2 secret", { findings: found("secret", "malware", "secret") }],
    [
      "it broke (and 1 more); 1 secret",
      {
        state: "incomplete",
        problems: [
          { code: "limit-hit", message: "it broke" },
          { code: "report-missing", message: "no report" },
        ],
        findings: found("secret"),
      },
    ],
    ["it broke", { state: "incomplete", problems: [{ code: "limit-hit", message: "it broke" }] }],
  ])("says %j", (text, more) => expect(summaryOf(job(more))).toBe(text));
});

describe("aliveText", () => {
  it.each<[string, { expected: number; found: number }]>([
    ["", { expected: 0, found: 0 }],
    [" alive (1 of 1 canary)", { expected: 1, found: 1 }],
    [" alive (2 of 2 canaries)", { expected: 2, found: 2 }],
    [" NOT ALIVE (1 of 2 canaries)", { expected: 2, found: 1 }],
    [" NOT ALIVE (0 of 1 canary)", { expected: 1, found: 0 }],
  ])("says %j", (text, canaries) => expect(aliveText(canaries)).toBe(text));
});

describe("coverageSentence", () => {
  const part = (unit: string, leftOut: Coverage["parts"][number]["leftOut"] = []) => ({
    unit,
    expected: 2,
    seen: 1,
    leftOut,
  });
  const covered = (kind: DecidedJob["kind"], ...parts: Coverage["parts"]) =>
    job({ kind, coverage: { kind, parts, gaps: [] } });

  it("names packages, then files, and nothing of the other jobs", () => {
    const binary = { reason: "binary" as const, count: 1, examples: [] };
    const link = { reason: "symlink" as const, count: 1200, examples: [] };
    const jobs = [
      covered("license_scan", part("licence files")),
      covered("secret_scan", part("files", [binary, link])),
      covered("vuln_scan", part("npm packages"), part("crates")),
    ];
    expect(coverageSentence(jobs)).toBe(
      "1 of 2 npm packages, 1 of 2 crates, 1 of 2 files (left out: 1 binary, 1,200 symlink)",
    );
  });

  it("is empty where neither has looked", () => {
    expect(coverageSentence([])).toBe("");
    expect(coverageSentence([job({ kind: "vuln_scan" })])).toBe("");
  });
});
