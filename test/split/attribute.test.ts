import { describe, expect, it } from "vitest";
import { attribute, type FourCells } from "../../pipeline/split/attribute.ts";
import type { CellName } from "../../schemas/cells.ts";
import type { Finding } from "../../schemas/finding.ts";
import { cells, ownLicense, secret, vulnerability } from "./findings.ts";

/** `CVE-1: introduced, head-pinned head-newest`. */
function told(of: Partial<FourCells>): string[] {
  return attribute(cells(of))
    .map(({ finding, attribution, cells: names }) => `${finding.ruleId}: ${attribution}, ${names.join(" ")}`)
    .sort();
}

const NAMES: readonly CellName[] = ["head-pinned", "base-pinned", "head-newest", "base-newest"];

/** What each set of cells means, by the four bits head-pinned, base-pinned, head-newest, base-newest. */
const MEANING: Readonly<Record<string, string>> = {
  "1000": "introduced",
  "1001": "introduced",
  "1010": "introduced",
  "1011": "introduced",
  "1100": "already-there",
  "1101": "already-there",
  "1110": "already-there",
  "1111": "already-there",
  "0100": "fixed",
  "0101": "fixed",
  "0110": "new-advisory",
  "0111": "new-advisory",
  "0010": "introduced",
  "0011": "new-advisory",
  "0001": "fixed",
};

describe("attribute", () => {
  it.each(Object.entries(MEANING))("a finding in the cells %s is %s", (bits, attribution) => {
    const found = (at: number) => (bits[at] === "1" ? [vulnerability("CVE-1", "a@1.0.0")] : []);
    const of = { headPinned: found(0), basePinned: found(1), headNewest: found(2), baseNewest: found(3) };
    expect(told(of)).toEqual([`CVE-1: ${attribution}, ${NAMES.filter((_, at) => bits[at] === "1").join(" ")}`]);
  });

  it("without newer advisories only the pinned row says anything", () => {
    const [a, b, c] = [vulnerability("CVE-a", "a@1"), vulnerability("CVE-b", "b@1"), vulnerability("CVE-c", "c@1")];
    const of = { headPinned: [a, b], basePinned: [b, c] };
    expect(told(of)).toEqual([
      "CVE-a: introduced, head-pinned",
      "CVE-b: already-there, head-pinned base-pinned",
      "CVE-c: fixed, base-pinned",
    ]);
  });

  it("an advisory that gets its CVE later is the same thing", () => {
    const before = vulnerability("GHSA-1", "a@1.0.0");
    const after = vulnerability("CVE-1", "a@1.0.0", { aliases: ["CVE-1", "GHSA-1"] });
    expect(after.id).not.toBe(before.id);
    const row = { headNewest: [after], baseNewest: [after] };
    expect(told({ headPinned: [before], basePinned: [before], ...row })).toEqual([
      "GHSA-1: already-there, head-pinned base-pinned head-newest base-newest",
    ]);
    expect(told({ headPinned: [before], headNewest: [after], baseNewest: [] })).toEqual([
      "GHSA-1: introduced, head-pinned head-newest",
    ]);
  });

  it("two advisories that newer ones merge stay what they were by the pinned ones", () => {
    const [one, other] = [vulnerability("GHSA-1", "a@1.0.0"), vulnerability("GHSA-2", "a@1.0.0")];
    const merged = vulnerability("CVE-1", "a@1.0.0", { aliases: ["CVE-1", "GHSA-1", "GHSA-2"] });
    const of = { headPinned: [one, other], basePinned: [one], headNewest: [merged], baseNewest: [merged] };
    expect(told(of).map((line) => line.split(",")[0])).toEqual(["GHSA-1: already-there", "GHSA-2: introduced"]);
  });

  it("the same advisory in another package is another thing", () => {
    const [a, b] = [vulnerability("CVE-1", "a@1.0.0"), vulnerability("CVE-1", "b@1.0.0")];
    expect(told({ headPinned: [b], basePinned: [a] })).toEqual([
      "CVE-1: fixed, base-pinned",
      "CVE-1: introduced, head-pinned",
    ]);
  });

  it("an update that does not mend it introduces nothing; a second version beside the first does", () => {
    const [old, later] = [vulnerability("CVE-1", "a@1.0.0"), vulnerability("CVE-1", "a@1.1.0")];
    expect(told({ headPinned: [later], basePinned: [old] })).toEqual(["CVE-1: already-there, head-pinned base-pinned"]);
    expect(told({ headPinned: [old, later], basePinned: [old] })).toEqual([
      "CVE-1: already-there, head-pinned base-pinned",
      "CVE-1: introduced, head-pinned",
    ]);
  });

  it("the same package in another lockfile's stead is no update of it", () => {
    const old = vulnerability("CVE-1", "a@1.0.0", { locations: [{ path: "tools/package-lock.json" }] });
    const own = vulnerability("CVE-1", "a@1.1.0", { locations: [{ path: "apps/web/package-lock.json" }] });
    expect(told({ headPinned: [own], basePinned: [old] })).toEqual([
      "CVE-1: fixed, base-pinned",
      "CVE-1: introduced, head-pinned",
    ]);
  });

  it("whoever makes a development dependency part of the program introduces what it has", () => {
    const before = vulnerability("CVE-1", "a@1.0.0", { scope: "development" });
    const after = vulnerability("CVE-1", "a@1.0.0");
    expect(after.id).toBe(before.id);
    expect(told({ headPinned: [after], basePinned: [before] })).toContain("CVE-1: introduced, head-pinned");
    expect(told({ headPinned: [before], basePinned: [after] })).toEqual([
      "CVE-1: already-there, head-pinned base-pinned",
    ]);
  });

  it("secrets are the same when their texts are: a changed one is introduced under its old id", () => {
    const [one, two] = [secret("a.env", 1), secret("a.env", 2)];
    expect(told({ headPinned: [one], basePinned: [one] })).toEqual([
      "made-up-rule: fixed, base-pinned",
      "made-up-rule: introduced, head-pinned",
    ]);
    // A new one stands before the old one, whose number in the file goes up.
    const of = { headPinned: [one, two], basePinned: [one], sameSecrets: [{ head: two.id, base: one.id }] };
    expect(attribute(cells(of)).map(({ finding, attribution }) => [finding.id, attribution])).toEqual([
      [one.id, "introduced"],
      [two.id, "already-there"],
    ]);
  });

  it("a secret that only the history of base holds was there", () => {
    const past = secret("gone.env", 1);
    expect(told({ headPinned: [past], sameSecrets: [{ head: past.id, base: null }] })).toEqual([
      "made-up-rule: already-there, head-pinned base-pinned",
    ]);
  });

  it("what does not depend on advisories is in the newest row as in the pinned one", () => {
    const own = ownLicense("GPL-3.0-only", ["a.c"]);
    expect(told({ headPinned: [own], basePinned: [own], headNewest: [], baseNewest: [] })).toEqual([
      "GPL-3.0-only: already-there, head-pinned base-pinned head-newest base-newest",
    ]);
  });

  it("fewer files under a licence bring nothing, one more does", () => {
    const under = (...paths: string[]) => ownLicense("GPL-3.0-only", paths);
    const [two, one, other] = [under("a.c", "b.c"), under("a.c"), under("a.c", "c.c")];
    const of = (head: Finding, base: Finding) => told({ headPinned: [head], basePinned: [base] });
    expect(of(one, two)).toEqual(["GPL-3.0-only: already-there, head-pinned base-pinned"]);
    expect(of(two, one)).toContain("GPL-3.0-only: introduced, head-pinned");
    expect(of(other, two)).toContain("GPL-3.0-only: introduced, head-pinned");
  });
});
