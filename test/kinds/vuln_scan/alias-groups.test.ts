import { describe, expect, it } from "vitest";
import { aliasGroups, allIds, canonicalId } from "../../../pipeline/kinds/vuln_scan/alias-groups.ts";

const ids = (groups: { id: string }[][]) => groups.map((group) => group.map(({ id }) => id));

describe("aliasGroups", () => {
  it("joins records over any chain of aliases, whatever their order", () => {
    const records = [
      { id: "GHSA-c", aliases: ["CVE-2"] },
      { id: "PYSEC-a", aliases: ["CVE-1", "X-9"] },
      { id: "GHSA-b", aliases: ["X-9", "CVE-2"] },
      { id: "OTHER" },
    ];
    const expected = [["GHSA-b", "GHSA-c", "PYSEC-a"], ["OTHER"]];
    expect(ids(aliasGroups(records))).toEqual(expected);
    expect(ids(aliasGroups([...records].reverse()))).toEqual(expected);
  });
});

describe("canonicalId", () => {
  it("prefers malware, then CVE, then GHSA, then what there is", () => {
    expect(canonicalId([{ id: "GHSA-b", aliases: ["CVE-2020-2", "CVE-2020-1"] }])).toBe("CVE-2020-1");
    expect(canonicalId([{ id: "GHSA-b", aliases: ["CVE-1", "MAL-7"] }])).toBe("MAL-7");
    expect(canonicalId([{ id: "GO-1" }, { id: "GHSA-z" }])).toBe("GHSA-z");
    expect(canonicalId([{ id: "RUSTSEC-2" }, { id: "RUSTSEC-1" }])).toBe("RUSTSEC-1");
  });

  it("lists every id once", () => {
    expect(
      allIds([
        { id: "b", aliases: ["a"] },
        { id: "a", aliases: ["b"] },
      ]),
    ).toEqual(["a", "b"]);
  });
});
