import { describe, expect, it } from "vitest";
import { extraFindings, originsOf, splitOf } from "../../pipeline/split/split.ts";
import { Split } from "../../schemas/cells.ts";
import { cellsFile, vulnerability } from "./findings.ts";

const kept = vulnerability("CVE-kept", "kept@1.0.0");
const brought = vulnerability("CVE-brought", "brought@1.0.0");
const gone = vulnerability("CVE-gone", "gone@1.0.0");
const news = vulnerability("CVE-news", "kept@1.0.0");
const both = vulnerability("CVE-both", "brought@1.0.0");
const worse = vulnerability("CVE-kept", "kept@1.0.0", { rule: "vulnerability.critical", severity: "critical" });
const head = [kept, brought];
const known = cellsFile({ basePinned: [kept, gone], headNewest: [worse, news, both], baseNewest: [worse, news, gone] });

describe("the split of a verdict", () => {
  it("names each finding on its side, what is gone, and what newer advisories say otherwise", () => {
    const split = splitOf(head, known);
    expect(Split.parse(split)).toEqual(split);
    expect(split).toEqual({
      base: known.base,
      newest: known.newest,
      introduced: [brought.id, both.id].sort(),
      alreadyThere: [kept.id],
      newInAdvisories: [news.id],
      fixed: [{ id: gone.id, ruleId: "CVE-gone", purl: "pkg:npm/gone@1.0.0", title: "CVE-gone in gone@1.0.0" }],
      withdrawn: [brought.id],
      restated: [{ id: kept.id, from: "vulnerability.high", to: "vulnerability.critical" }],
      problems: [],
    });
  });

  it("adds what only newer advisories say of head, with its origin", () => {
    expect(extraFindings(head, known)).toEqual([
      { ...news, origin: "new-advisory" },
      { ...both, origin: "introduced" },
    ]);
    expect(extraFindings(head, cellsFile({ basePinned: [kept] }))).toEqual([]);
  });

  it("gives each finding one origin, and the policy's own findings none", () => {
    const waiver = {
      ...kept,
      id: "waiver-000000000000",
      kind: "policy",
      class: "waiver",
      rule: "waiver.unused",
    } as const;
    expect(Object.fromEntries(originsOf([...head, waiver], known))).toEqual({
      [kept.id]: "already-there",
      [brought.id]: "introduced",
      [news.id]: "new-advisory",
      [both.id]: "introduced",
    });
  });

  it("calls nothing mended or withdrawn that head's own scans could not tell", () => {
    const message = "osv-scanner: wrote no report";
    const of = (cell: "head-pinned" | "head-newest") =>
      splitOf([brought], { ...known, headNewest: [], problems: [{ cell, kind: "vuln_scan", message }] });
    expect(of("head-pinned")).toMatchObject({ fixed: [], withdrawn: [brought.id] });
    expect(of("head-newest")).toMatchObject({ fixed: [{ id: gone.id }, { id: kept.id }].sort(byId), withdrawn: [] });
  });
});

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}
