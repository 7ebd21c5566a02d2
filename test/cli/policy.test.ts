import { describe, expect, it } from "vitest";
import { gate } from "../support/gate.ts";
import { makeTree } from "../support/tree.ts";
import { recordedResults } from "./recorded-results.ts";

const run = (cwd: string, ...args: string[]) => gate(["policy", ...args], { cwd, env: {} });

describe("supply-gate policy", () => {
  it("init writes a policy that check finds valid, and never over another", async () => {
    const cwd = makeTree({});
    expect(await run(cwd, "init")).toMatchObject({ status: 0, stderr: "" });
    const { status, stdout } = await run(cwd, "check");
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^supply-gate\.policy\.yaml: valid, 14 rules, sha256 [0-9a-f]{64}\n$/),
    ]);
    expect((await run(cwd, "init")).status).toBe(2);
  });

  it("explain shows every rule in order, with where it stands", async () => {
    const text =
      "schemaVersion: supply-gate/policy-1\nrules:\n  - {id: a, class: secret, path: [docs], effect: report}\n";
    const { stdout } = await run(makeTree({ "p.yaml": text }), "explain", "p.yaml");
    expect(stdout.split("\n").slice(1, 3)).toEqual([
      "  p.yaml:3     a: secret; path docs → report",
      expect.stringContaining("not-of-this-change"),
    ]);
  });

  it("check tells the line of a misspelt word", async () => {
    const cwd = makeTree({ "p.yaml": "schemaVersion: supply-gate/policy-1\nrule: []\n" });
    expect(await run(cwd, "check", "p.yaml")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('p.yaml:2:1: unknown key "rule"; did you mean "rules"?'),
    });
  });

  it("diff says what another policy would have said of an earlier run", async () => {
    const { cwd } = recordedResults("secret_scan", "plain");
    const { status, stdout } = await run(cwd, "diff", "recommended", "observe", "--over", "out");
    expect(status).toBe(0);
    const [heading, ...lines] = stdout.trimEnd().split("\n");
    expect(heading).toMatch(/^out: FAILED → (PASSED|INCOMPLETE) \(\d+ ms\)$/);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => /^ {2}- \S+ .*\(recommended: /.test(line))).toBe(true);
    expect((await run(cwd, "diff", "observe", "observe", "--over", "out")).stdout).toContain("nothing changes");
    expect((await run(cwd, "diff", "observe", "strict")).status).toBe(2);
  });
});
