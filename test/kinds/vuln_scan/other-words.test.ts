import { describe, expect, it } from "vitest";
import type { AdvisoryReader } from "../../../pipeline/kinds/kind.ts";
import { otherWords } from "../../../pipeline/kinds/vuln_scan/other-words.ts";
import { OsvVulnerability } from "../../../schemas/osv-scanner.ts";
import { caseNames, recordedCase, replay } from "../../support/replay.ts";
import { makeTree } from "../../support/tree.ts";

const HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H";
const LOW = "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:L";
const RECORD = {
  id: "A-1",
  modified: "2026-01-01T00:00:00Z",
  aliases: ["CVE-2026-1"],
  severity: [{ type: "CVSS_V3", score: HIGH }],
  affected: [
    {
      package: { name: "a", ecosystem: "npm" },
      severity: [{ type: "CVSS_V3", score: HIGH }],
      ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "2.0.0" }] }],
      database_specific: { informational: null },
    },
  ],
  references: [{ type: "WEB", url: "https://example.com" }],
  database_specific: { severity: "HIGH", cwe_ids: [] },
};

const holding =
  (record: object): AdvisoryReader =>
  (ecosystem, id) =>
    ecosystem === "npm" && id === "A-1" ? JSON.stringify(record) : null;

/** What is found when the report says this, and the snapshot that. */
function between(reported: object, held: object = RECORD) {
  return otherWords({ ...OsvVulnerability.parse(reported), ecosystem: "npm" }, holding(held));
}

describe("a record of a report beside the snapshot's", () => {
  it.each<[string, object, object]>([
    ["is the very same", RECORD, RECORD],
    ["has its fields in another order", Object.fromEntries(Object.entries(RECORD).reverse()), RECORD],
    ["leaves out empty lists and texts", { id: "A-1" }, { id: "A-1", aliases: [], severity: [], summary: "" }],
    ["has what nobody reads", { id: "A-1", details: "x" }, { id: "A-1", credits: [{ name: "y" }] }],
    [
      "says NONE or nothing",
      { id: "A-1", references: [{ url: "x" }] },
      { id: "A-1", references: [{ type: "NONE", url: "x" }] },
    ],
    [
      "writes a time shorter",
      { id: "A-1", modified: "2026-01-01T00:00:00.5Z" },
      { id: "A-1", modified: "2026-01-01T00:00:00.500000Z" },
    ],
    [
      "writes a time in UTC",
      { id: "A-1", withdrawn: "2026-01-01T00:00:00Z" },
      { id: "A-1", withdrawn: "2026-01-01T05:30:00+05:30" },
    ],
    [
      "has the events sorted",
      ranged([{ introduced: "0" }, { fixed: "1" }]),
      ranged([{ fixed: "1" }, { introduced: "0" }]),
    ],
  ])("says the same when it %s", (_what, reported, held) => {
    expect(between(reported, held)).toBeNull();
  });

  it.each<[object, string, string | null, string | null]>([
    [{ severity: [{ type: "CVSS_V3", score: LOW }] }, "severity[0].score", `"${LOW}"`, `"${HIGH}"`],
    [{ severity: [] }, "severity", null, "a list of 1"],
    [{ aliases: ["CVE-2026-1", "MAL-2026-1"] }, "aliases[1]", '"MAL-2026-1"', null],
    [{ withdrawn: "2026-01-01T00:00:00Z" }, "withdrawn", '"1767225600."', null],
    [{ modified: "2026-01-01T00:00:00.000000001Z" }, "modified", '"1767225600.000000001"', '"1767225600."'],
    [{ summary: "x".repeat(300) }, "summary", `"${"x".repeat(199)}`, null],
    [{ database_specific: { severity: "LOW", cwe_ids: [] } }, "database_specific.severity", '"LOW"', '"HIGH"'],
    [{ database_specific: { severity: "HIGH" } }, "database_specific.cwe_ids", null, "a list of 0"],
    [{ database_specific: { severity: "HIGH", cwe_ids: {} } }, "database_specific.cwe_ids", "an object", "a list of 0"],
    [
      ranged([{ introduced: "0" }, { fixed: "1.0.0" }], RECORD),
      "affected[0].ranges[0].events[0].fixed",
      '"1.0.0"',
      '"2.0.0"',
    ],
    [{ affected: [] }, "affected", null, "a list of 1"],
  ])("is told apart by its first difference: %j", (more, place, found, expected) => {
    expect(between({ ...RECORD, ...more })).toEqual({ ecosystem: "npm", id: "A-1", place, found, expected });
  });

  it.each(["constructor", "toString"])("is told apart by a field named %s", (name) => {
    const reported = JSON.parse(`{"id": "A-1", "database_specific": {"${name}": "x"}}`) as object;
    const found = between(reported, { id: "A-1", database_specific: {} });
    expect(found?.place).toBe(`database_specific.${name}`);
  });

  it("never tells half a character, nor stumbles over one or over depth", () => {
    const long = between({ id: "A-1", summary: `${"x".repeat(198)}\u{1f600}` }, { id: "A-1" });
    expect(long?.found).toBe(`"${"x".repeat(198)}`);
    expect(between({ id: "A-1", summary: "\ud800" }, { id: "A-1" })?.found).toBe('"\\ud800"');
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`);
    expect(between({ id: "A-1", database_specific: { deep } }, { id: "A-1" })?.found).toBe("an object");
  });

  it("has an id that the snapshot holds, in that ecosystem's database", () => {
    const unknown = { place: "id", expected: null };
    expect(between({ ...RECORD, id: "A-2" })).toEqual({ ecosystem: "npm", id: "A-2", found: '"A-2"', ...unknown });
    const elsewhere = otherWords({ ...OsvVulnerability.parse(RECORD), ecosystem: "Go" }, holding(RECORD));
    expect(elsewhere).toEqual({ ecosystem: "Go", id: "A-1", found: '"A-1"', ...unknown });
  });

  it("is refused when what the snapshot holds is no record", () => {
    expect(() => between(RECORD, { id: 7 })).toThrow(/advisory snapshot: npm/);
  });
});

function ranged(events: readonly object[], { affected: [entry] } = RECORD): object {
  return { id: "A-1", affected: [{ ...entry, ranges: [{ type: "SEMVER", events }] }] };
}

describe("vuln_scan", () => {
  it.each(caseNames("vuln_scan"))("%s: what the real scanner wrote is what the snapshot holds", (name) => {
    const { planned, recording } = recordedCase("vuln_scan", name);
    const codes = replay(planned, recording).job.problems.map(({ code }) => code);
    expect(codes).not.toContain("advisory-changed");
    expect(codes).not.toContain("advisories-missing");
  });

  const { planned, recording } = recordedCase("vuln_scan", "aliases");
  const text = recording.outputs["osv-scanner.json"] ?? "";

  it("is incomplete when the report has another severity in every place, and says where", () => {
    const lowered = text
      .replaceAll(/CVSS:3\.1[^"]*/g, LOW)
      .replaceAll(/"max_severity": "[^"]+"/g, '"max_severity": "1.6"');
    expect(lowered).not.toBe(text);
    const { verdict, job } = replay(planned, { ...recording, outputs: { "osv-scanner.json": lowered } });
    expect(verdict.verdict).toBe("INCOMPLETE");
    expect(job.problems).toEqual([
      {
        code: "advisory-changed",
        message: expect.stringMatching(
          /^osv-scanner: reports \d advisories that the snapshot does not hold in these words; the first is npm DEMO-000\d: severity\[0\]\.score: found "CVSS:3\.1\/AV:P[^"]*", expected "CVSS:[^"]*"$/,
        ),
        next: "supply-gate tools verify",
      },
    ]);
  });

  it("is incomplete when there was no snapshot to hold the report against", () => {
    const { job } = replay({ ...planned, advisories: undefined }, recording);
    expect(job.state).toBe("incomplete");
    expect(job.problems.map(({ code, next }) => [code, next])).toEqual([
      ["advisories-missing", "name the snapshot of the run with --advisories"],
    ]);
  });

  it("is incomplete, and nothing else happens, when the snapshot can't be read any more", () => {
    const { job } = replay({ ...planned, advisories: makeTree({ "osv-scanner/npm/all.zip": "" }) }, recording);
    expect(job.problems.map(({ code }) => code)).toEqual(["report-invalid"]);
    expect(job.problems[0]?.message).toMatch(/^advisory snapshot: npm\/all\.zip: found 0 bytes/);
  });
});
