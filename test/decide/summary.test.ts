import { describe, expect, it } from "vitest";
import type { DecidedJob } from "../../pipeline/decide/jobs.ts";
import { summaryOf } from "../../pipeline/decide/summary.ts";
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
