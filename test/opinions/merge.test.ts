import { describe, expect, it } from "vitest";
import { findingId } from "../../pipeline/findings/finding-id.ts";
import { mergeOpinions } from "../../pipeline/opinions/merge.ts";
import { Finding } from "../../schemas/finding.ts";
import type { OpinionItem, Opinions } from "../../schemas/opinion.ts";
import { finding, item, opinionOf, PURL, TREE } from "./made.ts";

const HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N";

function merged(findings: Finding[], ...opinions: Opinions[]) {
  const result = mergeOpinions(findings, opinions, TREE);
  for (const each of result.findings) Finding.parse(each);
  return result;
}

/** What one item makes of one finding of osv-scanner. */
function one(own: Partial<Finding>, heard: Partial<OpinionItem>): Finding {
  return merged([finding(own)], opinionOf("cargo-audit", [item(heard)])).findings[0] as Finding;
}

describe("a finding of osv-scanner that another tool reports too", () => {
  it("stays one finding, and lists who says what", () => {
    const { findings, notes } = merged([finding()], opinionOf("cargo-audit", [item()]));
    expect(findings).toEqual([
      {
        ...finding(),
        opinions: [
          { source: "osv-scanner", id: "CVE-2019-1", severity: "medium", detail: "GHSA-aaaa: MODERATE" },
          {
            ...{ source: "cargo-audit", id: "RUSTSEC-2019-0001", severity: "unknown" },
            detail: "states no severity; patched: >=1.2.0; osv-scanner says medium",
          },
        ],
      },
    ]);
    expect(notes).toEqual([
      "cargo-audit 1.0.0 on Cargo.lock: 1 of osv-scanner's 1 findings too, 0 more; another severity for 1",
    ]);
  });

  it("is the same thing by an alias, over any chain of them, and only on the same package version", () => {
    const chain = [item({ id: "A-1", aliases: ["X-1"] }), item({ id: "B-1", aliases: ["CVE-2019-1", "X-1"] })];
    const { findings } = merged([finding()], opinionOf("cargo-audit", chain));
    expect(findings.map(({ opinions }) => opinions?.map(({ id }) => id))).toEqual([["CVE-2019-1", "A-1", "B-1"]]);
    const other = merged([finding()], opinionOf("cargo-audit", [item({ purl: "pkg:cargo/other@2.0.0" })])).findings;
    expect(other.map(({ purl }) => purl)).toEqual([PURL, "pkg:cargo/other@2.0.0"]);
  });

  it("gets no alias from an opinion, by which a waiver could cover it", () => {
    expect(one({}, { aliases: ["CVE-2019-1", "CVE-2030-1"] }).aliases).toEqual(finding().aliases);
  });

  it("stays itself beside another one that an opinion takes for the same", () => {
    const two = [
      finding(),
      finding({ id: "vulnerability-000000000002", ruleId: "CVE-2019-2", aliases: ["CVE-2019-2"] }),
    ];
    const both = item({ aliases: ["CVE-2019-1", "CVE-2019-2"] });
    const { findings } = merged(two, opinionOf("cargo-audit", [both]));
    expect(findings.map(({ id }) => id)).toEqual(two.map(({ id }) => id));
    expect(findings.map(({ opinions }) => opinions?.length)).toEqual([2, 2]);
  });
});

describe("a disagreement on severity", () => {
  it.each([
    // osv-scanner, the opinion, both
    ["low", "high", "high"],
    ["high", "low", "high"],
    ["critical", "high", "critical"],
    ["high", "unknown", "high"],
    ["medium", "unknown", "unknown"],
    ["unknown", "medium", "unknown"],
    ["unknown", "high", "high"],
    ["none", "low", "low"],
  ] as const)("never lowers one: %s and a stated %s are %s", (own, heard, expected) => {
    const found = one({ severity: own }, { severity: heard, severitySource: "stated" });
    expect([found.severity, found.rule]).toEqual([expected, `vulnerability.${expected}`]);
    expect(found.severitySource).toBe(expected === own ? "GHSA-aaaa: MODERATE" : "cargo-audit: stated");
  });

  it("is none with who states no severity, unless nobody does", () => {
    expect(one({ severity: "low" }, { severity: "unknown", severitySource: "none" }).severity).toBe("low");
    const nobody = one(
      { severity: "unknown", severitySource: "none" },
      { severity: "unknown", severitySource: "none" },
    );
    expect(nobody.severity).toBe("unknown");
    const onlyOne = one({ severity: "unknown", severitySource: "none" }, { severity: "low", severitySource: HIGH });
    expect(onlyOne.severity).toBe("unknown");
  });

  it("leaves malware malware", () => {
    const malware = { class: "malware", rule: "malware", severity: "critical" } as const;
    expect(one(malware, { severity: "low", severitySource: "low" })).toMatchObject(malware);
  });
});

describe("a note that the other takes for a vulnerability", () => {
  const NOTE = { class: "informational", rule: "informational", severity: "none" } as const;

  it("becomes one, with the id of one", () => {
    expect(one(NOTE, { severity: "high", severitySource: HIGH })).toMatchObject({
      id: findingId("vulnerability", "CVE-2019-1", PURL),
      ...{ class: "vulnerability", rule: "vulnerability.high", severity: "high" },
      severitySource: `cargo-audit: ${HIGH}`,
    });
    expect(one(NOTE, {}).rule).toBe("vulnerability.unknown");
  });

  it("stays one where both take it for a note, and a vulnerability stays a vulnerability", () => {
    const note = { class: "informational", severity: "none", severitySource: "unmaintained" } as const;
    expect(one(NOTE, note)).toMatchObject({ id: finding().id, ...NOTE });
    expect(one({}, note)).toMatchObject({ id: finding().id, rule: "vulnerability.medium" });
    expect(one({}, note).opinions?.[1]?.detail).toBe(
      "informational: unmaintained; patched: >=1.2.0; osv-scanner says medium",
    );
  });
});

describe("what only an opinion sees", () => {
  it("is a finding of its own, word for word, with the id that osv-scanner's would have", () => {
    const heard = item({ aliases: ["CVE-2019-1", "GHSA-aaaa"], severity: "high", severitySource: HIGH });
    expect(merged([], opinionOf("cargo-audit", [heard])).findings).toEqual([
      {
        id: findingId("vulnerability", "CVE-2019-1", PURL),
        ...{ kind: "vuln_scan", class: "vulnerability", rule: "vulnerability.high", ruleId: "CVE-2019-1" },
        ...{ severity: "high", title: "Made up", locations: [{ path: "Cargo.lock" }, { path: "sub/Cargo.lock" }] },
        ...{ purl: PURL, scope: "runtime", aliases: ["CVE-2019-1", "GHSA-aaaa", "RUSTSEC-2019-0001"] },
        severitySource: `cargo-audit: ${HIGH}`,
        opinions: [
          { source: "osv-scanner", id: "CVE-2019-1", severity: "none", detail: "does not report it" },
          {
            ...{ source: "cargo-audit", id: "RUSTSEC-2019-0001", severity: "high" },
            detail: `${HIGH}; patched: >=1.2.0; osv-scanner does not report it`,
          },
        ],
        references: [
          "https://osv.dev/vulnerability/CVE-2019-1",
          "https://osv.dev/vulnerability/GHSA-aaaa",
          "https://osv.dev/vulnerability/RUSTSEC-2019-0001",
        ],
        next: "update crate (cargo-audit: patched: >=1.2.0), or replace it",
      },
    ]);
  });

  it("is one finding when two tools see it, and a note when both say so", () => {
    const note = { class: "informational", severity: "none", severitySource: "unsound" } as const;
    const two = [opinionOf("cargo-deny", [item(note)]), opinionOf("cargo-audit", [item(note)])];
    const { findings, notes } = merged([], ...two);
    expect(findings).toMatchObject([{ class: "informational", rule: "informational", severity: "none" }]);
    expect(findings[0]?.opinions?.map(({ source }) => source)).toEqual(["osv-scanner", "cargo-audit", "cargo-deny"]);
    expect(notes.map((note) => note.split(" on ")[0])).toEqual(["cargo-audit 1.0.0", "cargo-deny 1.0.0"]);
    const mixed = merged([], opinionOf("cargo-audit", [item(note)]), opinionOf("cargo-deny", [item()])).findings;
    expect(mixed).toMatchObject([{ class: "vulnerability", rule: "vulnerability.unknown", severitySource: "none" }]);
  });
});

describe("what an opinion does not see", () => {
  it("is said where it was asked about the package, and not elsewhere", () => {
    const elsewhere = finding({ id: "vulnerability-000000000003", purl: "pkg:npm/crate@1.0.0" });
    const { findings, notes } = merged([finding(), elsewhere], opinionOf("cargo-audit", []));
    expect(findings[0]?.opinions?.at(-1)).toEqual({
      ...{ source: "cargo-audit", id: "CVE-2019-1", severity: "none", detail: "does not report it" },
    });
    expect(findings[1]).toEqual(elsewhere);
    expect(notes).toEqual([
      "cargo-audit 1.0.0 on Cargo.lock: 0 of osv-scanner's 1 findings too, 0 more; another severity for 0",
    ]);
  });

  it("lowers nothing", () => {
    const [found] = merged(
      [finding({ severity: "high", rule: "vulnerability.high" })],
      opinionOf("cargo-audit", []),
    ).findings;
    expect([found?.severity, found?.rule]).toEqual(["high", "vulnerability.high"]);
  });
});

describe("an opinion is refused", () => {
  const refused = (message: string, ...opinions: Opinions[]) =>
    expect(() => merged([], ...opinions)).toThrow(
      expect.objectContaining({ code: "USAGE_INVALID", message: expect.stringContaining(message) }),
    );
  const opinion = opinionOf("cargo-audit", []);

  it("about another content of the lockfile", () => {
    const other = { ...opinion, lockfileSha256: "b".repeat(64) };
    refused(`cargo-audit on Cargo.lock: found an opinion about sha256:${"b".repeat(64)}, expected sha256:aaa`, other);
  });

  it("about a lockfile that is not there, or is none", () => {
    refused("found no such file in the tree", { ...opinion, lockfile: "else/Cargo.lock" });
    refused("found a file that is not read as a lockfile", { ...opinion, lockfile: "README.md" });
  });

  it("about packages that the lockfile does not lock", () => {
    const strange = opinionOf("cargo-audit", [item({ purl: "pkg:cargo/strange@1.0.0" })]);
    refused("found RUSTSEC-2019-0001 about pkg:cargo/strange@1.0.0, expected packages of that lockfile", strange);
  });

  it("that is given twice", () => {
    refused("cargo-audit on Cargo.lock: found two opinions, expected one", opinion, opinionOf("cargo-audit", []));
  });
});
