import { expect, it } from "vitest";
import { cleanRecord } from "../../pipeline/advisories/record.ts";
import { Tally } from "../../pipeline/advisories/tally.ts";
import { advisory, affected, GIT_RANGE, semver } from "./records.ts";

function clean(record: unknown, ecosystem = "npm") {
  const tally = new Tally("npm/all.zip");
  const text = typeof record === "string" ? record : JSON.stringify(record);
  const cleaned = cleanRecord(Buffer.from(text), ecosystem, tally);
  const kept = cleaned.state === "kept" ? JSON.parse(cleaned.bytes.toString()) : undefined;
  return { cleaned, kept, sum: tally.sum() };
}

it("keeps a record that the scanner reads as it is", () => {
  const record = advisory("A-1", {
    modified: "2024-01-02T03:04:05.123456789+05:30",
    database_specific: { free: [1, null] },
  });
  const { cleaned, kept, sum } = clean(record);
  expect(kept).toEqual(record);
  expect(cleaned).toMatchObject({
    state: "kept",
    id: "A-1",
    withdrawn: false,
    newest: Date.parse("2024-01-01T21:34:05.123Z"),
  });
  expect(sum.stripped).toEqual({});
});

it.each([
  ["a new field", { news: 1 }, { news: 1 }],
  [
    "a new field deep inside",
    { affected: [affected({ ranges: [{ ...semver(), vers: "x" }] })] },
    { "affected[].ranges[].vers": 1 },
  ],
  [
    "a new kind of event",
    {
      affected: [
        affected({ ranges: [{ ...semver(), events: [...(semver()["events"] as object[]), { retracted: "1" }] }] }),
      ],
    },
    { "affected[].ranges[].events[].retracted": 1 },
  ],
  ["a new severity", { severity: [{ type: "CVSS_V5", score: "x" }] }, { "severity[].type=CVSS_V5": 1 }],
  ["a severity without a type", { severity: [{ score: "x" }] }, { "severity[].type=(absent)": 1 }],
  [
    "a new range in front",
    { affected: [affected({ ranges: [{ type: "VERS" }, semver()] })] },
    { "affected[].ranges[].type=VERS": 1 },
  ],
  [
    "a new type of link",
    { references: [{ type: "PODCAST", url: "https://example.org" }] },
    { "references[].type=PODCAST": 1 },
  ],
  ["a new type of credit", { credits: [{ type: "HERO", name: "x" }] }, { "credits[].type=HERO": 1 }],
  ["credits of another form", { credits: "me" }, { "credits (malformed)": 1 }],
  ["a date that Go refuses", { modified: "2024-02-30T00:00:00Z" }, { "modified (malformed)": 1 }],
  ["a year without zeros", { published: "1-01-01T00:00:00Z" }, { "published (malformed)": 1 }],
  ["a time without seconds", { published: "2024-01-01T00:00Z" }, { "published (malformed)": 1 }],
  ["ten digits of a second", { published: "2024-01-01T00:00:00.0123456789Z" }, { "published (malformed)": 1 }],
  [
    "an ecosystem that makes the scanner panic",
    { affected: [affected(), { package: { ecosystem: "Klingon", name: "x" } }] },
    { "affected[].package.ecosystem=Klingon": 1 },
  ],
  ["half a surrogate pair", { summary: "\ud800 and \\ud800" }, { "(half a surrogate pair)": 1 }],
  ["a name that is no word", { "\u202enews\n": 1 }, { "(odd name)": 1 }],
])("takes out %s and counts it", (_, more, stripped) => {
  const { kept, sum } = clean(advisory("A-1", more));
  expect(sum.stripped).toEqual(stripped);
  expect(kept.affected).toEqual([affected()]);
});

it("replaces half a surrogate pair and leaves what only looks like one", () => {
  expect(clean(advisory("A-1", { summary: "\ud800 and \\ud800 and \u{1f600}" })).kept.summary).toBe(
    "\ufffd and \\ud800 and \u{1f600}",
  );
});

it("takes nulls for absent fields, as protojson does", () => {
  const { kept, sum } = clean(advisory("A-1", { withdrawn: null, aliases: null, severity: null }));
  expect(kept).toEqual(advisory("A-1"));
  expect(sum.stripped).toEqual({});
});

it("takes out free-form content that is nested deeper than the scanner reads", () => {
  const text = JSON.stringify(advisory("A-1", { database_specific: { deep: "DEEP" } }));
  const { kept, sum } = clean(text.replace('"DEEP"', "[".repeat(20_000) + "]".repeat(20_000)));
  expect(kept).toEqual(advisory("A-1"));
  expect(sum.stripped).toEqual({ "database_specific (malformed)": 1 });
});

it("removes GIT ranges, which hide those behind them, where a package is named", () => {
  const { kept, sum } = clean(advisory("A-1", { affected: [affected({ ranges: [GIT_RANGE, semver(), GIT_RANGE] })] }));
  expect(kept.affected).toEqual([affected()]);
  expect(sum).toMatchObject({ gitRangesRemoved: 2, affectedWithoutVersions: 0 });
});

it("counts an entry that is left without versions", () => {
  expect(clean(advisory("A-1", { affected: [affected({ ranges: [GIT_RANGE] })] })).sum.affectedWithoutVersions).toBe(1);
});

it("keeps the entries of its own ecosystem, whatever their release", () => {
  const debian = { package: { ecosystem: "Debian:12", name: "lodash" }, versions: ["1"] };
  const { kept, sum } = clean(advisory("A-1", { affected: [affected(), debian, { ranges: [GIT_RANGE] }] }), "Debian");
  expect(kept.affected).toEqual([debian]);
  expect(sum.affectedElsewhere).toBe(2);
});

it("writes PyPI names as the scanner looks them up", () => {
  const named = (name: string) => [{ package: { ecosystem: "PyPI", name }, versions: ["1"] }];
  const { kept, sum } = clean(advisory("A-1", { affected: named("Zope.Interface__x") }), "PyPI");
  expect(kept.affected).toEqual(named("zope-interface-x"));
  expect(sum.namesNormalised).toBe(1);
});

it.each(["NuGet", "Packagist"])("writes %s names in lower case too, since case means nothing there", (ecosystem) => {
  const entry = (name: string) => ({ package: { ecosystem, name }, versions: ["1"] });
  const { kept, sum } = clean(advisory("A-1", { affected: [entry("A.B/c"), entry("d")] }), ecosystem);
  expect(kept.affected).toEqual([entry("A.B/c"), entry("a.b/c"), entry("d")]);
  expect(sum.namesNormalised).toBe(1);
});

it("calls a record that names no package unmatchable", () => {
  expect(clean(advisory("A-1", { affected: [{ ranges: [GIT_RANGE] }] })).cleaned).toEqual({ state: "unmatchable" });
  expect(clean({ id: "A-1", modified: "2024-01-01T00:00:00Z" }).cleaned).toEqual({ state: "unmatchable" });
});

it.each([
  ["{", "no JSON document in UTF-8"],
  ["[]", "no JSON object"],
  [advisory("../../etc"), "id: expected an advisory id of letters, digits and . _ : + -"],
  [{ affected: [affected()] }, "id: Invalid input: expected string, received undefined"],
  [
    advisory("A-1", { affected: [affected({ versions: [1] })] }),
    "affected[].versions[]: Invalid input: expected string, received number",
  ],
  [
    advisory("A-1", { affected: [affected({ package: { ecosystem: "npm" } })] }),
    "affected[].package.name: Invalid input: expected string, received undefined",
  ],
  [
    advisory("A-1", { affected: [affected({ ranges: [{ ...semver(), events: [{ introduced: "1", fixed: "2" }] }] })] }),
    "affected[].ranges[].events[]: expected one of introduced, fixed, last_affected, limit",
  ],
  [
    advisory("A-1", { affected: [affected({ package: { ecosystem: "NPM", name: "lodash" } })] }),
    "affected: names no package of this ecosystem",
  ],
])("rejects %j", (record, reason) => {
  expect(clean(record).cleaned).toEqual({ state: "rejected", reason });
});

it("rejects bytes that are not UTF-8", () => {
  const content = Buffer.from(JSON.stringify(advisory("A-1", { summary: "\u00e9" })), "latin1");
  expect(cleanRecord(content, "npm", new Tally("npm")).state).toBe("rejected");
});

it("ends when the input has hundreds of unknown fields: it is no OSV", () => {
  const fields = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`field${index}`, 1]));
  expect(() => clean(advisory("A-1", fields))).toThrow(expect.objectContaining({ code: "ADVISORIES_INVALID" }));
});
