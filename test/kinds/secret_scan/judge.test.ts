import { describe, expect, it } from "vitest";
import { findingId } from "../../../pipeline/findings/finding-id.ts";
import { gapOf } from "../../../pipeline/findings/gap.ts";
import { judgeSecrets } from "../../../pipeline/kinds/secret_scan/judge.ts";
import type { SecretReport } from "../../../pipeline/kinds/secret_scan/reader.ts";
import { judgeInput, stepWith } from "../judge-input.ts";
import { file, inventoryOf } from "../license_scan/tree.ts";

type Secret = SecretReport["secrets"][number];

const [FIRST, SECOND] = ["1".repeat(40), "2".repeat(40)];
const PLACE = { startLine: 3, startColumn: 5, endLine: 4, endColumn: 9 };
const brought = (commit: string, startLine = 1) => ({ ...PLACE, commit, startLine, oid: "9".repeat(40) });
const secret = (path: string, more: Partial<Secret> = {}): Secret => ({
  ...{ ruleId: "key", description: "A key. Found.", path },
  ...PLACE,
  ...more,
});
const SUMMARY = { commits: 2, sha256: "4".repeat(64), problems: [] };
const STEP = stepWith({ history: SUMMARY });

/** The judgement on these secrets in a tree of these files, all of whose bytes were read. */
function judge(secrets: Secret[], paths: string[], more: Partial<Parameters<typeof judgeSecrets>[0]> = {}) {
  const report = { canaries: ["github-pat"], bytes: 10_000_000, secrets };
  return judgeSecrets(judgeInput<SecretReport>(report, { inventory: inventoryOf(paths), ...more }));
}

const REVOKE = "revoke the secret where it was issued, then take it out of the file (and out of the history)";
const REWRITE =
  "revoke the secret where it was issued: whoever has the repository has it; then rewrite the history without it";
const common = {
  ...{ kind: "secret_scan", class: "secret", rule: "secret", ruleId: "key", severity: "high" },
  ...{ title: "A key. Found", next: REVOKE },
};
const id = (...parts: string[]) => findingId("secret", ...parts);

describe("a secret", () => {
  it("is known by its rule, its file and which one it is there", () => {
    const { findings } = judge(
      [secret("src/a.ts"), secret("src/a.ts", { startLine: 4 }), secret("rc/a.ts", { ruleId: "keys" })],
      ["src/a.ts", "rc/a.ts"],
    );
    expect(findings).toEqual([
      { ...common, id: id("key", "src/a.ts", "1"), locations: [{ path: "src/a.ts", ...PLACE }] },
      { ...common, id: id("key", "src/a.ts", "2"), locations: [{ path: "src/a.ts", ...PLACE, startLine: 4 }] },
      { ...common, ruleId: "keys", id: id("keys", "rc/a.ts", "1"), locations: [{ path: "rc/a.ts", ...PLACE }] },
    ]);
  });

  it("in a name is shown at the path alone", () => {
    const { findings } = judge([secret("a.ts", { inName: true }), secret("a.ts")], ["a.ts"]);
    const title = "A key. Found (in the name of the file or of a folder above it)";
    expect(findings).toEqual([
      { ...common, id: id("name", "key", "a.ts", "1"), title, locations: [{ path: "a.ts" }] },
      { ...common, id: id("key", "a.ts", "1"), locations: [{ path: "a.ts", ...PLACE }] },
    ]);
  });

  it("that the tree still holds is shown there and where it came in, one that it holds no longer by its commit", () => {
    const { findings, problems } = judge(
      [
        secret("a.ts", { history: [brought(FIRST), brought(FIRST, 2)] }),
        secret("a.ts", { commit: FIRST, history: [brought(FIRST, 7), brought(SECOND)] }),
        secret("gone.ts", { commit: SECOND, history: [brought(SECOND, 8)] }),
      ],
      ["a.ts"],
    );
    const inHistory = (path: string, commit: string, startLine: number) => ({ path, ...PLACE, commit, startLine });
    expect(findings).toEqual([
      {
        ...{ ...common, id: id("key", "a.ts", "1"), detail: "brought by one commit" },
        locations: [{ path: "a.ts", ...PLACE }, inHistory("a.ts", FIRST, 1)],
      },
      {
        ...{ ...common, id: id(FIRST, "key", "a.ts", "1"), detail: "no longer in the tree, brought by 2 commits" },
        ...{ locations: [inHistory("a.ts", FIRST, 7)], next: REWRITE },
      },
      {
        ...{ ...common, id: id(SECOND, "key", "gone.ts", "1"), detail: "no longer in the tree, brought by one commit" },
        ...{ locations: [inHistory("gone.ts", SECOND, 8)], next: REWRITE },
      },
    ]);
    expect(problems).toEqual([]);
  });
});

describe("a secret in a file that the inventory does not name", () => {
  const foreign = (...given: Parameters<typeof judge>) => judge(...given).problems;
  const problem = (count: number) => [
    {
      code: "report-invalid",
      message: `gitleaks report: ${count} findings in files that the inventory does not name`,
    },
  ];

  it("is a problem, counted once for each", () => {
    expect(foreign([secret("a.ts"), secret("b.ts"), secret("c.ts")], ["a.ts"])).toEqual(problem(2));
    expect(foreign([secret("deep/down")], ["deep/down/a.ts"])).toEqual(problem(1));
  });

  it("is none where the file was left out, or the secret is in the history alone", () => {
    const inventory = inventoryOf([], [{ path: "b.ts", reason: "changed-while-read" }]);
    expect(foreign([secret("b.ts")], [], { inventory })).toEqual([]);
    expect(foreign([secret("b.ts", { commit: FIRST })], [])).toEqual([]);
  });

  it("is none for the name of a folder above a file, but for part of one", () => {
    const named = (path: string) => secret(path, { inName: true });
    const folders = [named("deep/down"), named("deep"), secret("a.ts")];
    expect(foreign(folders, ["deep/down/a.ts", "a.ts"])).toEqual([]);
    expect(foreign([named("deep/dow"), named("dee"), named("down")], ["deep/down/a.ts"])).toEqual(problem(3));
  });
});

describe("coverage", () => {
  it("counts files, the binary ones apart, and everything that was not looked at", () => {
    const files = [
      file("a.ts"),
      file("z.bin", { encoding: "binary" }),
      file("b.ts"),
      file("y.bin", { encoding: "binary" }),
    ];
    const leftOut = [
      { path: "big.ts", reason: "too-large" as const, detail: "2 GB" },
      { path: "link", reason: "symlink" as const },
    ];
    const { coverage, problems, canaries } = judge([], [], { inventory: { ...inventoryOf([], leftOut), files } });
    expect(coverage).toEqual({
      kind: "secret_scan",
      parts: [
        {
          ...{ unit: "files", expected: 5, seen: 2 },
          leftOut: [
            { reason: "binary", count: 2, examples: ["y.bin", "z.bin"] },
            { reason: "symlink", count: 1, examples: ["link"] },
          ],
        },
      ],
      gaps: [gapOf({ code: "too-large", path: "big.ts", subject: "big.ts", detail: "2 GB" })],
    });
    expect(problems).toEqual([]);
    expect(canaries).toEqual({ expected: ["github-pat", "supply-gate-canary"], found: ["github-pat"] });
  });

  it("with a history counts its commits, and expects its canaries too", () => {
    const history = { ...SUMMARY, texts: 3, binaries: 1, gaps: [{ code: "too-large" as const, path: "old.sql" }] };
    const report = { canaries: [], bytes: 10_000_000, secrets: [], history };
    const { coverage, problems, canaries } = judge([], [], { report, step: STEP });
    expect(coverage).toEqual({
      kind: "secret_scan",
      parts: [
        { unit: "files", expected: 0, seen: 0, leftOut: [] },
        { unit: "commits", expected: 2, seen: 2, leftOut: [] },
        {
          ...{ unit: "versions of files and messages", expected: 4, seen: 3 },
          leftOut: [{ reason: "binary", count: 1, examples: [] }],
        },
      ],
      gaps: [gapOf({ code: "too-large", path: "old.sql", subject: "history", detail: "a version of it" })],
    });
    expect(problems).toEqual([]);
    expect(canaries.expected).toEqual([
      ...["github-pat", "history-added", "history-merged", "history-message", "supply-gate-canary"],
    ]);
  });

  it("of bytes and of a history that were not read is a problem each", () => {
    const { problems } = judge([], [], { report: { canaries: [], bytes: 0, secrets: [] }, step: STEP });
    expect(problems.map(({ code }) => code)).toEqual(["coverage-gap", "history-incomplete"]);
  });
});
