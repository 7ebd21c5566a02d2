import { describe, expect, it } from "vitest";
import type { JudgeInput } from "../../../pipeline/kinds/kind.ts";
import { judgeSbom } from "../../../pipeline/kinds/sbom_generate/judge.ts";
import type { SbomReport } from "../../../pipeline/kinds/sbom_generate/reader.ts";
import { RECOMMENDED } from "../../../pipeline/policy/recommended.ts";
import { collected, recorded, treeOf } from "./case.ts";

function judged(name: string, change: (report: SbomReport) => SbomReport = (report) => report) {
  const { inventory, lockfiles } = treeOf(name);
  const input: JudgeInput<SbomReport> = {
    report: change(collected(recorded(name))),
    inventory,
    lockfiles,
    components: { components: [], dependencies: [] },
    policy: RECOMMENDED,
    mode: "review",
    step: undefined,
    names: {},
  };
  return judgeSbom(input);
}

const unread = (path: string, reason: string) => (report: SbomReport) => ({
  ...report,
  unread: [{ path, cataloger: "some-cataloger", reason }],
});

describe("judge", () => {
  it("sees every locked package of every format", () => {
    expect(treeOf("every-format").broken).toEqual([]);
    const { coverage, problems, findings } = judged("every-format");
    expect(findings).toEqual([]);
    expect(problems).toEqual([]);
    expect(coverage.gaps).toEqual([]);
    expect(coverage.parts.map(({ unit, expected, seen, leftOut }) => [unit, expected - seen, leftOut])).toEqual([
      ["Go modules", 0, []],
      ["PyPI packages", 0, []],
      ["crates", 0, []],
      ["npm packages", 0, []],
    ]);
    expect(coverage.parts.reduce((sum, { expected }) => sum + expected, 0)).toBeGreaterThan(14);
  });

  it("names a locked package that syft drops: any version of it is excluded in go.mod", () => {
    const { coverage, problems } = judged("go-exclude");
    expect(problems).toEqual([]);
    expect(coverage.parts.map(({ expected, seen }) => expected - seen)).toEqual([1]);
    expect(coverage.parts[0]?.leftOut).toEqual([
      {
        reason: "not-by-syft",
        count: 1,
        examples: [expect.stringMatching(/^golang\.org\/x\/text v?0\.3\.7 \(go\.mod\)$/)],
      },
    ]);
  });

  it("is incomplete when a lockfile could not be read", () => {
    expect(judged("broken-lockfile").problems).toEqual([
      {
        code: "lockfile-unread",
        message:
          "app/package-lock.json: found failed to parse package-lock.json file (javascript-lock-cataloger), expected a lockfile that syft can read",
        next: 'mend app/package-lock.json, or leave it out in the policy\'s "exclude" with a reason',
      },
    ]);
  });

  it("counts an unread archive as a gap", () => {
    const { coverage, problems } = judged("unread-archive");
    expect(problems).toEqual([]);
    expect(coverage.gaps).toEqual([
      {
        id: "gap-0a58b5b9e935",
        code: "archive",
        path: "lib/y.jar",
        subject: "lib/y.jar",
        detail: "its content is not unpacked",
      },
      {
        id: "gap-7f85e24646b0",
        code: "file-unread",
        path: "lib/y.jar",
        subject: "java-archive-cataloger",
        detail: "unable to read files from java archive",
      },
    ]);
  });

  it("takes an empty lockfile as read, and one that names packages not", () => {
    expect(
      judged("every-format", unread("npm/package-lock.json", "unable to determine packages")).problems,
    ).toHaveLength(1);
    expect(
      judged("every-format", unread("pip/requirements.txt", "unable to parse requirements.txt line")).problems,
    ).toEqual([]);
  });

  it("is incomplete for lockfiles that only syft reads, but for an empty one", () => {
    expect(judged("empty", unread("Gemfile.lock", "not read")).problems).toHaveLength(1);
    expect(judged("empty", unread("sub/gradle.lockfile", "not read")).problems).toHaveLength(1);
    const { problems, coverage } = judged("empty", unread("composer.lock", "unable to determine packages"));
    expect(problems).toEqual([]);
    expect(coverage.gaps).toHaveLength(1);
  });

  it("counts executables in which nothing was recognised", () => {
    const { coverage } = judged("empty", unread("bin/x", "no package identified in executable file"));
    expect(coverage.parts).toEqual([
      {
        unit: "unknown executables",
        expected: 1,
        seen: 0,
        leftOut: [{ reason: "executable-without-package", count: 1, examples: ["bin/x"] }],
      },
    ]);
  });

  it("has nothing to expect of a tree without lockfiles", () => {
    expect(judged("empty").coverage).toEqual({
      kind: "sbom_generate",
      parts: [],
      gaps: [],
    });
  });
});
