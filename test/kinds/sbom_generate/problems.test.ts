import { describe, expect, it } from "vitest";
import { gapOf } from "../../../pipeline/findings/gap.ts";
import { judgeSbom } from "../../../pipeline/kinds/sbom_generate/judge.ts";
import type { SbomPackage, SbomReport } from "../../../pipeline/kinds/sbom_generate/reader.ts";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { judgeInput, locked, lockfileOf } from "../judge-input.ts";
import { file, inventoryOf } from "../license_scan/tree.ts";

/** A package of npm's as syft names it in these files. */
function seen(text: string, locations: string[]): SbomPackage {
  const [name = "", version = ""] = text.split("@");
  return {
    ...{
      purl: `pkg:npm/${text}`,
      name,
      version,
      ecosystem: "npm",
      locations,
      declaredLicenses: [],
      cpes: [],
      hashes: [],
    },
    local: false,
  };
}

/** The judgement on a tree of these lockfiles and files. */
function judge(report: Partial<SbomReport>, lockfiles: Lockfile[] = [], paths: string[] = []) {
  const files = lockfiles.map(({ path, format }) => file(path, { lockfile: format }));
  const inventory = { ...inventoryOf([]), files: [...files, ...paths.map((path) => file(path))] };
  const whole = { canaries: ["supply-gate-canary"], packages: [], dependencies: [], unread: [], ...report };
  return judgeSbom(judgeInput<SbomReport>(whole, { inventory, lockfiles }));
}

const unread = (path: string, reason: string, cataloger = "some-cataloger") => ({ path, cataloger, reason });
const problem = (path: string, found: string) => ({
  code: "lockfile-unread",
  message: `${path}: found ${found}, expected a lockfile that syft can read`,
  next: `mend ${path}, or leave it out in the policy's "exclude" with a reason`,
});
const NOTHING = "unable to determine packages";

describe("a lockfile of which syft names no package", () => {
  const git = locked("g@1.0.0", { origin: "git" });
  const unpinned = locked("u@");
  const of = (packages: Lockfile["packages"], more: Partial<Lockfile> = {}) =>
    judge({}, [lockfileOf("package-lock.json", [], { packages, ...more })]).problems;

  it("is a problem where it locks a version of a registry's package, whatever else it names", () => {
    const expected = [problem("package-lock.json", "no package (syft)")];
    expect(of([locked("a@1.0.0")])).toEqual(expected);
    expect(of([git, unpinned, locked("a@1.0.0")])).toEqual(expected);
  });

  it("is none where it locks no such version, or syft does not read its format", () => {
    expect(of([git])).toEqual([]);
    expect(of([unpinned])).toEqual([]);
    expect(of([])).toEqual([]);
    expect(of([locked("a@1.0.0")], { format: "gradle-lock" })).toEqual([]);
  });

  it("is none where syft names another package in it: that is a gap", () => {
    const lockfiles = [lockfileOf("package-lock.json", ["a@1.0.0"])];
    const { problems, coverage } = judge({ packages: [seen("b@1.0.0", ["package-lock.json"])] }, lockfiles);
    expect(problems).toEqual([]);
    const detail = "syft reads it there, our own reader does not";
    expect(coverage).toEqual({
      kind: "sbom_generate",
      parts: [
        {
          ...{ unit: "npm packages", expected: 1, seen: 0 },
          leftOut: [{ reason: "not-by-syft", count: 1, examples: ["a 1.0.0 (package-lock.json)"] }],
        },
      ],
      gaps: [gapOf({ code: "package-not-read", path: "package-lock.json", subject: "b 1.0.0", detail })],
    });
  });
});

describe("a package in a file that the inventory does not name", () => {
  it("is a problem; one in a file that was left out, or whose name is no text, is none", () => {
    const inventory = inventoryOf(["a.jar"], [{ path: "b.jar", reason: "too-large" }]);
    const packages = [seen("x@1", ["a.jar", "b.jar", "c\ufffd.jar"])];
    const report = { canaries: [], packages, dependencies: [], unread: [] };
    expect(judgeSbom(judgeInput(report, { inventory })).problems).toEqual([]);
    const more = [...packages, seen("y@1", ["d\u0007.jar", "e.jar"])];
    const message = "syft report: 2 places that the inventory does not name, the first is d\\u0007.jar";
    expect(judgeSbom(judgeInput({ ...report, packages: more }, { inventory })).problems).toEqual([
      { code: "report-invalid", message },
    ]);
  });
});

describe("a file that syft says it did not read", () => {
  const empty = lockfileOf("empty/package-lock.json", []);
  const unpinned = lockfileOf("unpinned/requirements.txt", [], { format: "requirements", packages: [locked("u@")] });
  const full = lockfileOf("full/package-lock.json", ["a@1.0.0"]);
  const of = (...entries: SbomReport["unread"]) =>
    judge({ unread: entries, packages: [seen("a@1.0.0", [full.path])] }, [full, empty, unpinned], ["x.jar", "bin/x"]);

  it("is a problem alone where it is a lockfile", () => {
    const { problems, coverage } = of(unread(empty.path, "not read"), unread(full.path, NOTHING));
    expect(problems).toEqual([
      problem(empty.path, "not read (some-cataloger)"),
      problem(full.path, `${NOTHING} (some-cataloger)`),
    ]);
    expect(coverage.gaps).toEqual([]);
  });

  it("is neither problem nor gap where a lockfile locks no version at all", () => {
    const { problems, coverage } = of(unread(empty.path, NOTHING), unread(unpinned.path, NOTHING));
    expect(problems).toEqual([]);
    expect(coverage.gaps).toEqual([]);
  });

  it("is a gap alone where it is any other file, by the name of the reader or of syft", () => {
    const { problems, coverage } = of(unread("x.jar", NOTHING), unread("x.jar", "cut off", ""));
    expect(problems).toEqual([]);
    expect(coverage.gaps).toEqual([
      gapOf({ code: "file-unread", path: "x.jar", subject: "some-cataloger", detail: NOTHING }),
      gapOf({ code: "file-unread", path: "x.jar", subject: "syft", detail: "cut off" }),
    ]);
  });

  it("is counted alone where it is an executable in which nothing was recognised", () => {
    const { problems, coverage } = of(unread("bin/x", "no package identified in executable file"));
    expect(problems).toEqual([]);
    expect(coverage.gaps).toEqual([]);
    expect(coverage.parts.map(({ unit, expected }) => [unit, expected])).toEqual([
      ["npm packages", 1],
      ["unknown executables", 1],
    ]);
  });
});

describe("coverage", () => {
  it("counts each ecosystem by itself, and folders of installed dependencies with the first five", () => {
    const crate = locked("c@1.0.0", { ecosystem: "crates.io" });
    const lockfiles = [
      lockfileOf("package-lock.json", ["a@1.0.0", "b@1.0.0", "u@"]),
      lockfileOf("Cargo.lock", [], { format: "cargo-lock", packages: [crate] }),
    ];
    const folders = ["f", "b", "a", "e", "d", "c"].map((name) => `${name}/node_modules`);
    const packages = [seen("b@1.0.0", ["package-lock.json"]), seen("c@1.0.0", ["Cargo.lock"])];
    const { coverage, problems, canaries, findings } = judge(
      { packages: packages.map((entry, at) => (at === 1 ? { ...entry, purl: "pkg:cargo/c@1.0.0" } : entry)) },
      lockfiles,
      folders.map((folder) => `${folder}/x/index.js`),
    );
    expect(coverage.parts).toEqual([
      { unit: "crates", expected: 1, seen: 1, leftOut: [] },
      {
        ...{ unit: "npm packages", expected: 2, seen: 1 },
        leftOut: [{ reason: "not-by-syft", count: 1, examples: ["a 1.0.0 (package-lock.json)"] }],
      },
      {
        ...{ unit: "folders of installed dependencies", expected: 6, seen: 0 },
        leftOut: [
          {
            ...{ reason: "installed-dependency", count: 6 },
            examples: ["a", "b", "c", "d", "e"].map((name) => `${name}/node_modules`),
          },
        ],
      },
    ]);
    expect({ problems, canaries, findings }).toEqual({
      ...{ problems: [], findings: [] },
      canaries: { expected: ["supply-gate-canary"], found: ["supply-gate-canary"] },
    });
  });

  it("has the first five examples in order", () => {
    const names = ["f", "b", "a", "e", "d", "c"];
    const { coverage } = judge({}, [
      lockfileOf(
        "x.lock",
        names.map((name) => `${name}@1`),
        { format: "gradle-lock" },
      ),
    ]);
    expect(coverage.parts[0]?.leftOut).toEqual([
      { reason: "not-by-syft", count: 6, examples: ["a", "b", "c", "d", "e"].map((name) => `${name} 1 (x.lock)`) },
    ]);
  });
});
