import { describe, expect, it } from "vitest";
import type { RawOutput } from "../../../pipeline/kinds/kind.ts";
import { CANARY_LIST } from "../../../pipeline/kinds/vuln_scan/package-lists.ts";
import { collectVulnerabilities } from "../../../pipeline/kinds/vuln_scan/reader.ts";

type Package = Record<string, unknown>;

const npm = (name: string, version: string, more: Package = {}): Package => ({
  package: { name, version, ecosystem: "npm" },
  ...more,
});
const matched = (ids: readonly string[], ...groups: string[][]): Package => ({
  vulnerabilities: ids.map((id) => ({ id })),
  groups: groups.map((group) => ({ ids: group, max_severity: "" })),
});

function read(lists: Readonly<Record<string, Package[]>>, more: Partial<RawOutput> = {}) {
  const results = Object.entries(lists).map(([path, packages]) => ({
    source: { path: `/scan/${path}`, type: "lockfile" },
    packages,
  }));
  return collectVulnerabilities({
    scanRoot: "/scan",
    names: { one: "b/package-lock.json", two: "c/package-lock.json", three: "a/package-lock.json", own: CANARY_LIST },
    hidden: new Set(),
    read: (name) => (name === "osv-scanner.json" ? JSON.stringify({ experimental_config: {}, results }) : ""),
    stdout: "",
    stderr: "",
    meaning: "findings",
    ...more,
  });
}

const CANARY = "SUPPLY-GATE-CANARY-NPM-RANGE";

describe("collectVulnerabilities", () => {
  it("sorts lists that come in any order, and leaves those of one name and version as they came", () => {
    const report = read({
      one: [
        npm("b", "1", { dependency_groups: ["dev"] }),
        npm("c", "1"),
        npm("a", "1", matched(["X-3", "X-10", "X-9", "X-1"], ["X-3"], ["X-10"], ["X-9", "X-1"])),
        npm("b", "1"),
      ],
      two: [],
      three: [],
    });
    expect(report.sources.map(({ path }) => path)).toEqual([
      "a/package-lock.json",
      "b/package-lock.json",
      "c/package-lock.json",
    ]);
    expect(report.sources[1]?.packages).toEqual([
      {
        ecosystem: "npm",
        name: "a",
        version: "1",
        dev: false,
        records: ["X-1", "X-10", "X-3", "X-9"],
        maxSeverities: [
          { ids: ["X-1", "X-9"], score: "" },
          { ids: ["X-10"], score: "" },
          { ids: ["X-3"], score: "" },
        ],
      },
      { ecosystem: "npm", name: "b", version: "1", dev: true, records: [], maxSeverities: [] },
      { ecosystem: "npm", name: "b", version: "1", dev: false, records: [], maxSeverities: [] },
      { ecosystem: "npm", name: "c", version: "1", dev: false, records: [], maxSeverities: [] },
    ]);
    expect(report.records.map(({ id }) => id)).toEqual(["X-1", "X-10", "X-3", "X-9"]);
  });

  it("makes of an address in place of a version the version of a registry's archive, and keeps no other", () => {
    const secret = ["user", "word"].join(":");
    const { sources } = read({
      one: [
        npm("kept", "https://registry.example/kept/-/kept-1.2.3.tgz"),
        npm("lost", `https://${secret}@host.example/lost.tgz`),
        { package: { name: "kept", version: "https://registry.example/kept/-/kept-1.2.3.tgz", ecosystem: "Go" } },
      ],
    });
    expect(sources[0]?.packages.map(({ ecosystem, name, version }) => [ecosystem, name, version])).toEqual([
      ["Go", "kept", "https://registry.example/kept/-/kept-1.2.3.tgz"],
      ["npm", "kept", "1.2.3"],
      ["npm", "lost", ""],
    ]);
  });

  it("tells, sorted, which records are not the snapshot's, the made-up ones too", () => {
    const lists = {
      one: [npm("a", "1", matched(["X-2", "X-1", "X-3"], ["X-2", "X-1", "X-3"]))],
      own: [npm("supply-gate-canary-range", "0.1.0", matched([CANARY], [CANARY]))],
    };
    const advisory = (ecosystem: string, id: string) => (id === "X-2" ? JSON.stringify({ id, ecosystem }) : null);
    const unknown = (id: string) => ({ ecosystem: "npm", id, place: "id", found: `"${id}"`, expected: null });
    expect(read(lists, { advisory }).otherWords).toEqual([unknown(CANARY), unknown("X-1"), unknown("X-3")]);
    expect(read(lists, { advisory: (_, id) => JSON.stringify({ id }) }).otherWords).toEqual([]);
    expect(read(lists).otherWords).toBeNull();
  });

  it("refuses an empty report, and a made-up package that stands in a group alone", () => {
    const invalid = (message: string) => expect.objectContaining({ code: "DOCUMENT_INVALID", message });
    expect(() => read({}, { read: () => "" })).toThrow(
      invalid("osv-scanner report: found an empty document, expected a JSON document"),
    );
    const { groups } = matched([], [CANARY]);
    expect(() => read({ own: [npm("supply-gate-canary-range", "0.1.0", { groups })] })).toThrow(
      invalid("osv-scanner report: found 0 advisories of a package and 1 in its groups, expected the same"),
    );
  });
});
