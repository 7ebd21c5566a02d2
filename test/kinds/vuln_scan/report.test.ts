import { describe, expect, it } from "vitest";
import { CANARY_LIST } from "../../../pipeline/kinds/vuln_scan/package-lists.ts";
import { collectVulnerabilities } from "../../../pipeline/kinds/vuln_scan/reader.ts";

type Package = Record<string, unknown>;

const VECTOR = [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H" }];
const group = (max_severity: string, ...ids: string[]) => ({ ids, max_severity });
const npm = (name: string, version: string, more: Package = {}): Package => ({
  package: { name, version, ecosystem: "npm" },
  ...more,
});
const canary = (ecosystem: string, way: "version" | "range", more: Package = {}): Package => ({
  package: { name: `supply-gate-canary-${way}`, version: "0.1.0", ecosystem },
  vulnerabilities: [{ id: `SUPPLY-GATE-CANARY-${ecosystem.toUpperCase()}-${way.toUpperCase()}` }],
  groups: [group("", `SUPPLY-GATE-CANARY-${ecosystem.toUpperCase()}-${way.toUpperCase()}`)],
  ...more,
});

/** A report over the lists `b` and `a`, and over that of the canaries. */
function read(lists: Readonly<Record<string, Package[]>>, stderr = "") {
  const source = (path: string) => ({ path: `/scan/${path}`, type: "lockfile" });
  const results = Object.entries(lists).map(([path, packages]) => ({ source: source(path), packages }));
  return collectVulnerabilities({
    scanRoot: "/scan",
    names: { a: "x/package-lock.json", b: "a/package-lock.json", b2: "a/package-lock.json", c: CANARY_LIST },
    hidden: new Set(),
    read: () => JSON.stringify({ experimental_config: {}, results }),
    stdout: "",
    stderr,
    meaning: "findings",
  });
}

describe("osv-scanner's report in its normal form", () => {
  it("is sorted in every list, with one entry a source, a package and a record, and the canaries apart", () => {
    const GHSA = { id: "GHSA-2", severity: VECTOR };
    const stderr = "Loaded npm local db from x\nLoaded Go local db from y\n  Loaded PyPI local db from z\n";
    const found = read(
      {
        a: [
          npm("zeta", "2.0.0", { dependency_groups: ["dev"] }),
          npm("alpha", "2.0.0", { dependency_groups: ["optional", "development"] }),
          npm("alpha", "1.0.0", {
            dependency_groups: ["runtime"],
            vulnerabilities: [GHSA, { id: "CVE-1" }, GHSA],
            groups: [group("7.5", "GHSA-2"), group("", "CVE-1")],
          }),
        ],
        b: [
          npm("alpha", "1.0.0", {
            vulnerabilities: [{ id: "CVE-1" }, GHSA],
            groups: [group("7.5", "GHSA-2", "CVE-1")],
          }),
          {
            package: { name: "r", ecosystem: "PyPI" },
            vulnerabilities: [{ id: "CVE-1" }],
            groups: [group("", "CVE-1")],
          },
        ],
        b2: [{ package: { name: "Mod", version: "v1.0.0", ecosystem: "Go:1.22" } }],
        c: [
          canary("npm", "version"),
          canary("npm", "range"),
          canary("npm", "range"),
          canary("Go", "range", { package: { name: "supply-gate-canary-range", version: "0.2.0", ecosystem: "Go" } }),
          canary("Go", "version", { package: { name: "supply-gate-canary-range", version: "0.1.0", ecosystem: "Go" } }),
          { package: { name: "stranger", version: "0.1.0", ecosystem: "npm" } },
        ],
      },
      stderr,
    );
    const one = { ecosystem: "npm", name: "alpha", version: "1.0.0", dev: false, records: ["CVE-1", "GHSA-2"] };
    expect(found).toEqual({
      canaries: ["SUPPLY-GATE-CANARY-NPM-RANGE", "SUPPLY-GATE-CANARY-NPM-VERSION"],
      databases: ["Go", "npm"],
      sources: [
        {
          path: "a/package-lock.json",
          packages: [
            { ecosystem: "Go", name: "Mod", version: "v1.0.0", dev: false, records: [], maxSeverities: [] },
            {
              ecosystem: "PyPI",
              name: "r",
              version: "",
              dev: false,
              records: ["CVE-1"],
              maxSeverities: [{ ids: ["CVE-1"], score: "" }],
            },
            { ...one, maxSeverities: [{ ids: ["CVE-1", "GHSA-2"], score: "7.5" }] },
          ],
        },
        {
          path: "x/package-lock.json",
          packages: [
            {
              ...one,
              maxSeverities: [
                { ids: ["CVE-1"], score: "" },
                { ids: ["GHSA-2"], score: "7.5" },
              ],
            },
            { ecosystem: "npm", name: "alpha", version: "2.0.0", dev: true, records: [], maxSeverities: [] },
            { ecosystem: "npm", name: "zeta", version: "2.0.0", dev: true, records: [], maxSeverities: [] },
          ],
        },
      ],
      records: [
        { id: "CVE-1", ecosystem: "PyPI" },
        { id: "CVE-1", ecosystem: "npm" },
        { ...GHSA, ecosystem: "npm" },
      ],
      otherWords: null,
    });
  });

  it("has no canary where the list of canaries was not scanned", () => {
    expect(read({ a: [canary("npm", "version")] }).canaries).toEqual([]);
    expect(read({}).canaries).toEqual([]);
  });

  it.each<[string, Record<string, Package[]>, string]>([
    [
      "a record that stands there twice with other words",
      {
        a: [npm("a", "1", { vulnerabilities: [{ id: "X-1" }], groups: [group("", "X-1")] })],
        b: [npm("a", "1", { vulnerabilities: [{ id: "X-1", summary: "?" }], groups: [group("", "X-1")] })],
      },
      "osv-scanner report: X-1 stands there twice with different content",
    ],
    [
      "advisories without their group",
      { a: [npm("a", "1", { vulnerabilities: [{ id: "X-1" }, { id: "X-2" }], groups: [group("", "X-1")] })] },
      "osv-scanner report: found 2 advisories of a package and 1 in its groups, expected the same",
    ],
    [
      "a group without its advisories",
      { a: [npm("a", "1", { groups: [group("", "X-1")] })] },
      "osv-scanner report: found 0 advisories of a package and 1 in its groups, expected the same",
    ],
    [
      "as many others",
      { a: [npm("a", "1", { vulnerabilities: [{ id: "X-1" }], groups: [group("", "X-2")] })] },
      "osv-scanner report: found 1 advisories of a package and 1 in its groups, expected the same",
    ],
    [
      "a canary without its group",
      { c: [canary("npm", "range", { groups: [] })] },
      "osv-scanner report: found 1 advisories of a package and 0 in its groups, expected the same",
    ],
    [
      "a score that no vector gives, though another record has one",
      {
        a: [
          npm("a", "1", {
            vulnerabilities: [{ id: "X-1" }, { id: "X-2", severity: VECTOR }],
            groups: [group("9.8", "X-1"), group("7.5", "X-2")],
          }),
        ],
      },
      "osv-scanner report: found a score without a vector",
    ],
    [
      "a score beside empty lists of vectors",
      {
        a: [
          npm("a", "1", {
            vulnerabilities: [{ id: "X-1", severity: [], affected: [{}, { severity: [] }] }],
            groups: [group("9.8", "X-1")],
          }),
        ],
      },
      "osv-scanner report: found a score without a vector",
    ],
    [
      "an ecosystem of no lockfile",
      { a: [{ package: { name: "a", version: "1", ecosystem: "Debian:12" } }] },
      "osv-scanner report: a package of Debian, of which none is locked",
    ],
    ["a list that was never given to it", { z: [] }, "osv-scanner report: a source that was never given to it"],
  ])("is refused for %s", (_, lists, message) => {
    expect(() => read(lists)).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID", message }));
  });

  it("takes a score from a vector of what is affected", () => {
    const vulnerabilities = [{ id: "X-1", affected: [{}, { severity: VECTOR }] }];
    const [source] = read({ a: [npm("a", "1", { vulnerabilities, groups: [group("7.5", "X-1")] })] }).sources;
    expect(source?.packages[0]?.maxSeverities).toEqual([{ ids: ["X-1"], score: "7.5" }]);
  });
});
