import { describe, expect, it } from "vitest";
import type { Decision } from "../../pipeline/decide/decide.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";
import { toSummary } from "../../pipeline/report/summary.ts";
import type { JudgedFinding } from "../../schemas/finding.ts";
import { recordedCase, replay } from "../support/replay.ts";

const { planned, recording } = recordedCase("secret_scan", "plain");
const decision = replay(planned, recording);
const [first] = decision.findings as [JudgedFinding];

/** The summary's lines with one finding whose text is hostile. */
function linesWith(more: Partial<JudgedFinding>): string[] {
  return toSummary({ ...decision, findings: [{ ...first, ...more }] }, RECOMMENDED).split("\n");
}
const rowWith = (title: string) => linesWith({ title }).find((line) => line.includes("demo:")) ?? "";

/** Cells of a row as GitHub reads them: a pipe ends a cell, also inside code, unless a backslash stands before it. */
const cellsOf = (row: string) => row.split(/(?<!\\)\|/);
/** What stands outside of code spans. */
const outside = (row: string) => row.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, "");

describe("toSummary", () => {
  it("begins with the verdict, and says why and what to do", () => {
    const lines = toSummary(decision, RECOMMENDED).split("\n");
    expect(lines[0]).toBe("# FAILED");
    expect(lines[2]).toBe(
      "3 files, 0 locked packages in 0 lockfiles. Mode release, policy `recommended`, as of 2026-01-01T00:00:00.000Z.",
    );
    expect(lines[4]).toBe("Looked at: `3 of 3 files`");
    expect(lines[6]).toMatch(/^Next: `supply-gate explain secret-[0-9a-f]{12}: revoke the secret/);
    expect(lines).toContain(
      "| secret_scan | complete | gitleaks 8.30.1 alive (2 of 2 canaries) | `2 secret, 3 of 3 files` |",
    );
    expect(lines).toContain("## Blocking (2)");
    expect(lines).toContain("- tools: gitleaks 8.30.1");
  });

  it.each([
    ["a pipe", "demo: a | b | c"],
    ["a pipe after a backslash", "demo: a \\| b \\\\| c"],
    ["backticks", "demo: `x` ``y`` ```z"],
    ["a backtick at each end", "`demo:`"],
    ["a line break", "demo: a\n\n# PASSED\r\n| x |"],
    ["a link and an image", "demo: [x](https://example.org) ![y](https://example.org)"],
    ["HTML", "demo: <img src=x onerror=y> <!-- "],
    ["a mention", "demo: @everyone fixes #1"],
    ["many backticks", `demo: ${"`|".repeat(400)}`],
  ])("keeps %s inside its cell and inside code", (_what, title) => {
    const row = rowWith(title);
    expect(cellsOf(row)).toHaveLength(7);
    expect(outside(row)).toBe("|  | high |  |  |  |");
  });

  it("writes control and bidirectional characters as escapes", () => {
    expect(rowWith(`demo: ${String.fromCodePoint(0x202e, 0x2066, 0x1b, 0x200b, 0xa)}`)).toContain(
      "demo: \\u202e\\u2066\\u001b\\u200b\\u000a",
    );
  });

  it("does the same with paths, problems and advice", () => {
    const path = "a`|\nb.ts";
    expect(linesWith({ title: "demo:", locations: [{ path, startLine: 3 }] }).join("\n")).toContain(
      "`` a`\\|\\u000ab.ts:3 ``",
    );
    const incomplete = [{ kind: null, code: "error-line" as const, message: "x `y`\n# PASSED", next: "`z`" }];
    const text = toSummary({ ...decision, verdict: { ...decision.verdict, incomplete } }, RECOMMENDED);
    expect(text).toContain("- gate error-line: `` x `y`\\u000a# PASSED `` Next: `` `z` ``\n");
  });

  it("shows two hundred findings and counts the rest", () => {
    const findings = Array.from({ length: 203 }, () => first);
    const lines = toSummary({ ...decision, findings }, RECOMMENDED).split("\n");
    expect(lines).toContain("## Blocking (203)");
    expect(lines).toContain("… and 3 more: see reports/.");
    expect(lines.filter((line) => line.startsWith(`| \`${first.id}`))).toHaveLength(200);
  });
});

describe("the summary of a verdict that is split", () => {
  const split = {
    base: { kind: "ref", name: "580036e3325f81420a9dd0aa2ba5ba2eb1e8b9c7", inventorySha256: "0".repeat(64) },
    newest: null,
    introduced: [first.id],
    alreadyThere: [],
    newInAdvisories: [],
    fixed: [{ id: "license-000000000000", ruleId: "GPL|3", purl: "pkg:npm/a@1.0.0", title: "`gone`" }],
    withdrawn: [],
    restated: [],
    problems: [],
  } satisfies Decision["verdict"]["split"];
  const findings = [{ ...first, origin: "introduced" as const }];
  const lines = toSummary({ ...decision, findings, verdict: { ...decision.verdict, split } }, RECOMMENDED).split("\n");

  it("says whose fault it is: in all, for each finding, and what is fixed", () => {
    expect(lines[4]).toBe(
      "Whose fault: `1 introduced here, 0 already there, 1 fixed here, 0 new in the advisories, compared with 580036e3325f`",
    );
    expect(lines.find((line) => line.startsWith(`| \`${first.id}`))).toMatch(/ \(introduced here\)` \|$/);
    const at = lines.indexOf("## Fixed here (1)");
    expect(lines[at + 2]).toBe("- `license-000000000000` `` GPL\\|3: `gone` `` in `pkg:npm/a@1.0.0`");
  });

  it("says nothing of it where nothing was compared", () => {
    expect(toSummary(decision, RECOMMENDED)).not.toMatch(/Whose fault|introduced|Fixed here/);
  });
});
