import { describe, expect, it } from "vitest";
import { findingId } from "../../../pipeline/findings/finding-id.ts";
import { gapOf } from "../../../pipeline/findings/gap.ts";
import type { JudgeInput } from "../../../pipeline/kinds/kind.ts";
import { judgeVulnerabilities } from "../../../pipeline/kinds/vuln_scan/judge.ts";
import { OWN_LIST } from "../../../pipeline/kinds/vuln_scan/package-lists.ts";
import type { VulnReport } from "../../../pipeline/kinds/vuln_scan/reader.ts";
import { judgeInput, locked, lockfileOf, stepWith } from "../judge-input.ts";
import { file, inventoryOf } from "../license_scan/tree.ts";

type Found = VulnReport["sources"][number]["packages"][number];
type Record_ = VulnReport["records"][number];

const REPORT: VulnReport = {
  canaries: [],
  databases: ["Go", "NuGet", "npm"],
  sources: [],
  records: [],
  otherWords: [],
};

/** A package as the scanner names it, with the records that match it. */
function found(text: string, records: string[] = [], more: Partial<Found> = {}): Found {
  const [name = "", version = ""] = text.split("@");
  return { name, version, ecosystem: "npm", dev: false, records, maxSeverities: [], ...more };
}

const record = (id: string, more: Partial<Record_> = {}): Record_ => ({ id, ecosystem: "npm", ...more });
const fixed = (name: string, ...versions: string[]) => ({
  package: { name, ecosystem: "npm" },
  ranges: [{}, { events: [{ introduced: "0" }, ...versions.map((version) => ({ fixed: version }))] }],
});
const note = { package: { name: "a", ecosystem: "npm" }, database_specific: { informational: "unmaintained" } };

function judge(report: Partial<VulnReport>, more: Partial<JudgeInput<VulnReport>> = {}) {
  return judgeVulnerabilities(judgeInput<VulnReport>({ ...REPORT, ...report }, more));
}

/** The findings on `a@1.0.0` of npm, which one source names with these records. */
const findingsOn = (records: Record_[], more: Partial<Found> = {}) =>
  judge({
    sources: [
      {
        path: "l",
        packages: [
          found(
            "a@1.0.0",
            records.map(({ id }) => id),
            more,
          ),
        ],
      },
    ],
    records,
  }).findings;

describe("a finding", () => {
  it("says everything that is known of one vulnerability, of all places that name the package", () => {
    const records = [
      record("CVE-2", { summary: "", aliases: ["GHSA-1"] }),
      record("CVE-1", { aliases: ["CVE-2"], affected: [{}, { package: { name: "a", ecosystem: "npm" } }] }),
      record("GHSA-1", {
        summary: "it breaks",
        affected: [fixed("a", "2.0.0", "1.9.9", "2.0.0"), fixed("b", "7.0.0")],
      }),
      record("GHSA-1", { ecosystem: "Go", summary: "other" }),
    ];
    const ids = ["GHSA-1", "CVE-2", "CVE-1"];
    const sources = [
      { path: OWN_LIST, packages: [found("a@1.0.0", ids)] },
      { path: "z/lock.json", packages: [found("a@1.0.0", ids)] },
    ];
    const lockfiles = [lockfileOf("y/lock.json", ["a@1.0.0"]), lockfileOf("b/lock.json", ["a@1.0.0"])];
    expect(judge({ sources, records }, { lockfiles }).findings).toEqual([
      {
        ...{ id: findingId("vulnerability", "CVE-1", "pkg:npm/a@1.0.0"), kind: "vuln_scan", class: "vulnerability" },
        ...{ rule: "vulnerability.unknown", ruleId: "CVE-1", severity: "unknown", title: "it breaks" },
        locations: [{ path: "b/lock.json" }, { path: "y/lock.json" }, { path: "z/lock.json" }],
        ...{ purl: "pkg:npm/a@1.0.0", scope: "runtime", aliases: ["CVE-1", "CVE-2", "GHSA-1"], severitySource: "none" },
        fixedIn: ["1.9.9", "2.0.0"],
        references: ["CVE-1", "CVE-2", "GHSA-1"].map((id) => `https://osv.dev/vulnerability/${id}`),
        next: "update a to 1.9.9 or 2.0.0 or later",
      },
    ]);
  });

  it("is called by its id, and to be replaced or waived, where nothing else is known", () => {
    expect(findingsOn([record("CVE-1")])).toMatchObject([
      {
        ...{ title: "CVE-1", fixedIn: [], scope: "development", locations: [{ path: "l" }] },
        next: "no fixed version is known: replace a, or wait for one with a waiver",
      },
    ]);
  });

  it("is of development only where each lockfile says so", () => {
    const dev = [lockfileOf("l", [], { packages: [locked("a@1.0.0", { dev: true })] })];
    const sources = [{ path: OWN_LIST, packages: [found("a@1.0.0", ["X-1"])] }];
    const scopes = (lockfiles: typeof dev) =>
      judge({ sources, records: [record("X-1")] }, { lockfiles }).findings.map(({ scope }) => scope);
    expect(scopes(dev)).toEqual(["development"]);
    expect(scopes([...dev, lockfileOf("m", ["a@1.0.0"])])).toEqual(["runtime"]);
  });

  it("has the scanner's score of its own records alone, and by any of their ids", () => {
    const maxSeverities = [
      { ids: ["CVE-1", "GHSA-not-here"], score: "9.8" },
      { ids: ["CVE-2"], score: "3.1" },
    ];
    const severities = findingsOn([record("CVE-1"), record("CVE-2")], { maxSeverities }).map(
      ({ ruleId, rule, severity, severitySource }) => [ruleId, rule, severity, severitySource],
    );
    expect(severities).toEqual([
      ["CVE-1", "vulnerability.critical", "critical", "osv-scanner: 9.8"],
      ["CVE-2", "vulnerability.low", "low", "osv-scanner: 3.1"],
    ]);
  });

  it("is of malware where any of its records is", () => {
    const found = findingsOn([record("CVE-1"), record("MAL-1", { aliases: ["CVE-1"] })]);
    expect(found).toMatchObject([{ class: "malware", rule: "malware", ruleId: "MAL-1", severity: "critical" }]);
  });

  it.each<[string, Record_[]]>([
    ["a record says nothing of what is affected", [record("X-1")]],
    ["a record names nothing that is affected", [record("X-1", { affected: [] })]],
    ["one package of a record has no note", [record("X-1", { affected: [note, { ...note, database_specific: {} }] })]],
    ["one of its records has no note", [record("X-1", { affected: [note] }), record("X-2", { aliases: ["X-1"] })]],
  ])("is a vulnerability where %s", (_, records) => {
    expect(findingsOn(records).map((each) => each.class)).toEqual(["vulnerability"]);
  });

  it("is a note where each of its records is", () => {
    const found = findingsOn([record("X-1", { affected: [note, note] })]);
    expect(found).toMatchObject([{ class: "informational", rule: "informational", severity: "none" }]);
  });

  it("of a package that sources spell differently has what each of them says of it", () => {
    const nuget = { ecosystem: "NuGet" } as const;
    const scored = (id: string, score: string) => ({ ...nuget, maxSeverities: [{ ids: [id], score }] });
    const sources = [
      { path: "a", packages: [found("Foo.Bar@1.0.0", ["X-2"], scored("X-2", "9.8"))] },
      { path: "b", packages: [found("foo.bar@1.0.0", ["X-1", "X-2"], scored("X-1", "3.1"))] },
    ];
    const records = [record("X-1", nuget), record("X-2", nuget)];
    const given = ({ ruleId, purl, severity, locations }: ReturnType<typeof judge>["findings"][number]) => [
      ...[ruleId, purl, severity, locations.map(({ path }) => path).join()],
    ];
    const both = [
      ["X-1", "pkg:nuget/Foo.Bar@1.0.0", "low", "a,b"],
      ["X-2", "pkg:nuget/Foo.Bar@1.0.0", "critical", "a,b"],
    ];
    expect(judge({ sources, records }).findings.map(given)).toEqual(both);
    expect(judge({ sources: sources.toReversed(), records }).findings.map(given)).toEqual(both);
  });
});

describe("coverage", () => {
  it("names what nobody looked up, and counts the rest by ecosystem", () => {
    const packages = [locked("a@1.0.0"), locked("b@1.0.0"), locked("m@v1.0.0", { ecosystem: "Go" })];
    const unpinned = { code: "unpinned" as const, name: "u", detail: "no version" };
    const lockfiles = [
      lockfileOf("p/lock.json", [], { packages, gaps: [unpinned] }),
      lockfileOf("q/lock.json", [], { packages: [locked("g@1.0.0", { origin: "git" }), locked("u@")] }),
    ];
    const sources = [
      { path: OWN_LIST, packages: [found("a@1.0.0"), found("m@v1.0.0", [], { ecosystem: "Go" })] },
      { path: "p/lock.json", packages: [found("a@1.0.0"), found("x@1.0.0")] },
    ];
    const inventory = { ...inventoryOf([]), files: [file("deep/flake.lock", { manifest: "flake.lock" })] };
    const { coverage, problems, canaries } = judge({ sources, canaries: ["?"] }, { lockfiles, inventory });
    const path = "p/lock.json";
    expect(coverage).toEqual({
      kind: "vuln_scan",
      parts: [
        { unit: "Go modules", expected: 1, seen: 1, leftOut: [] },
        { unit: "npm packages", expected: 4, seen: 1, leftOut: [] },
      ],
      gaps: [
        gapOf({ code: "unpinned", path, subject: "u", detail: "no version" }),
        gapOf({
          ...{ code: "package-not-scanned", path, subject: "b 1.0.0" },
          detail: "in the lockfile, but osv-scanner did not report it",
        }),
        gapOf({
          ...{ code: "package-not-read", path, subject: "x 1.0.0" },
          detail: "osv-scanner reads it there, our own reader does not",
        }),
        gapOf({
          ...{ code: "lockfile-not-read", path: "deep/flake.lock", subject: "flake.lock" },
          detail: "no reader for this format: what it locks was not looked up",
        }),
      ],
    });
    expect({ problems, canaries }).toEqual({ problems: [], canaries: { expected: [], found: ["?"] } });
  });
});

describe("problems", () => {
  const missing = (ecosystem: string, why: string) => ({
    code: "database-missing",
    message: `${ecosystem}: ${why}, but no advisory database of this ecosystem was loaded`,
    next: `supply-gate advisories pull --ecosystem ${ecosystem}`,
  });

  it("name each database that was needed and not loaded, in order", () => {
    const step = stepWith({ files: { "canary.PyPI.json": "{}", "canary.NuGet.json": "{}", "own.npm.json": "{}" } });
    const lockfiles = [lockfileOf("l", [], { packages: [locked("a@1"), locked("m@1", { ecosystem: "Go" })] })];
    const sources = [{ path: OWN_LIST, packages: [found("a@1"), found("m@1", [], { ecosystem: "Go" })] }];
    expect(judge({ databases: ["NuGet"], sources }, { lockfiles, step }).problems).toEqual([
      missing("Go", "packages are locked"),
      missing("PyPI", "canaries are looked up"),
      missing("npm", "packages are locked"),
    ]);
  });

  it("say that there was no snapshot", () => {
    expect(judge({ otherWords: null }).problems).toEqual([
      {
        code: "advisories-missing",
        message:
          "no advisory snapshot to hold osv-scanner's report against: what it says of an advisory counts for nothing",
        next: "name the snapshot of the run with --advisories",
      },
    ]);
  });

  it.each([
    ['"\u0007"', null, 'found "\\u0007", expected nothing'],
    [null, '"x"', 'found nothing, expected "x"'],
  ])("say which advisory is not the snapshot's: %j for %j", (found, expected, what) => {
    const first = { ecosystem: "npm", id: "X-1", place: "summary", found, expected };
    const message = `osv-scanner: reports 2 advisories that the snapshot does not hold in these words; the first is npm X-1: summary: ${what}`;
    expect(judge({ otherWords: [first, { ...first, id: "X-2" }] }).problems).toEqual([
      { code: "advisory-changed", message, next: "supply-gate tools verify" },
    ]);
  });
});
