import { describe, expect, it } from "vitest";
import { decide } from "../../pipeline/decide/decide.ts";
import { conclude } from "../../pipeline/report/conclusion.ts";
import { documents } from "../../pipeline/report/documents.ts";
import type { KindId } from "../../schemas/common.ts";
import { CoverageFile } from "../../schemas/coverage.ts";
import { recordedCase, replay } from "../support/replay.ts";

function replayed(kind: KindId, name: string) {
  const { planned, recording } = recordedCase(kind, name);
  return replay(planned, recording);
}

/** `coverage.json` as a replayed case writes it. */
function coverageOf(kind: KindId, name: string): CoverageFile {
  const { input } = replayed(kind, name);
  return CoverageFile.parse(JSON.parse(documents(conclude(input)).get("coverage.json") ?? ""));
}

describe("coverage.json", () => {
  const coverage = coverageOf("vuln_scan", "every-format");
  const job = coverage.jobs.find(({ kind }) => kind === "vuln_scan");
  const lockfile = (path: string) => coverage.lockfiles.find((each) => each.path === path);

  it("says in one sentence what was looked at, by ecosystem", () => {
    expect(coverage.sentence).toBe("4 of 4 Go modules, 18 of 20 PyPI packages, 22 of 22 crates, 26 of 30 npm packages");
    expect(job?.parts.map(({ unit, expected, seen }) => `${seen} of ${expected} ${unit}`).join(", ")).toBe(
      coverage.sentence,
    );
  });

  it("has every job, and nothing of those that were not to be done", () => {
    expect(coverage.jobs.map(({ kind, state }) => [kind, state]).sort()).toEqual([
      ["license_scan", "not-required"],
      ["oss_register_audit", "not-required"],
      ["sbom_generate", "not-required"],
      ["secret_scan", "not-required"],
      ["vuln_scan", "incomplete"],
    ]);
    for (const { kind, ...other } of coverage.jobs) {
      if (kind !== "vuln_scan")
        expect(other).toMatchObject({ parts: [], gaps: [], canaries: { expected: [], found: [] } });
    }
  });

  it("names the canaries of each database, all of them found", () => {
    expect(job?.canaries.expected).toHaveLength(8);
    expect(job?.canaries.found).toEqual(job?.canaries.expected);
  });

  it("explains every package that was not looked up by a gap, with what it is worth and why", () => {
    const missed = (job?.parts ?? []).reduce((sum, { expected, seen }) => sum + expected - seen, 0);
    expect(missed).toBe(6);
    expect(job?.gaps.map(({ code, subject, effect }) => [code, subject, effect])).toEqual([
      ["git-dependency", "gitdep", "incomplete"],
      ["path-dependency", "local", "incomplete"],
      ["url-dependency", "is-odd", "incomplete"],
      ["path-dependency", "lib", "incomplete"],
      ["path-dependency", "lib", "incomplete"],
      ["path-dependency", "local", "incomplete"],
      ["url-dependency", "is-odd", "incomplete"],
    ]);
    expect(job?.gaps[0]).toMatchObject({
      id: "gap-8e0d39cd35b8",
      path: "npm/package-lock.json",
      because: "recommended: release-gaps: incomplete",
    });
  });

  it("compares each lockfile's sets of packages, and names what only one reader sees", () => {
    expect(coverage.lockfiles).toHaveLength(8);
    expect(lockfile("pnpm/pnpm-lock.yaml")?.osvScanner?.onlyOurs).toEqual([
      { package: "@types/react-dom 19.1.6", reason: "not-by-tool" },
    ]);
    expect(lockfile("yarn/yarn.lock")?.osvScanner?.onlyTheirs).toEqual([
      { package: "@small/a 0.0.0-use.local", reason: "project-itself" },
    ]);
    for (const { osvScanner } of coverage.lockfiles) {
      expect(osvScanner?.onlyTheirs.filter(({ reason }) => reason === "not-read")).toEqual([]);
    }
  });

  it("has no sets of a tool that was not to be run, or whose evidence is of another step", () => {
    expect(coverage.lockfiles.map(({ syft }) => syft)).toEqual(coverage.lockfiles.map(() => null));
    const { input } = replayed("vuln_scan", "every-format");
    const evidence = new Map([...input.evidence].map(([kind, each]) => [kind, { ...each, stepKey: "f".repeat(64) }]));
    const stale = decide({ ...input, evidence });
    expect(stale.lockfileSets.map(({ osvScanner }) => osvScanner)).toEqual(coverage.lockfiles.map(() => null));
  });

  it("counts files for a job that reads files", () => {
    const secrets = coverageOf("secret_scan", "plain");
    expect(secrets).toMatchObject({ sentence: "3 of 3 files", lockfiles: [] });
    expect(secrets.jobs.find(({ kind }) => kind === "secret_scan")).toEqual({
      kind: "secret_scan",
      state: "complete",
      tool: "gitleaks",
      canaries: {
        expected: ["github-pat", "supply-gate-canary"],
        found: ["github-pat", "supply-gate-canary"],
      },
      parts: [{ unit: "files", expected: 3, seen: 3, leftOut: [] }],
      gaps: [],
    });
  });
});
