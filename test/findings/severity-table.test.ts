import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readZip } from "../../pipeline/advisories/zip-reader.ts";
import { rate } from "../../pipeline/findings/severity.ts";
import type { Severity } from "../../schemas/common.ts";
import { OsvVulnerability } from "../../schemas/osv-scanner.ts";
import { hasSharedData, SHARED_DATA } from "../support/shared-data.ts";
import { baseScore } from "./cvss3.ts";

/** From best to worst, as the house rule says it: what can't be read may be worse than anything below high. */
const ORDER: readonly Severity[] = ["none", "low", "medium", "unknown", "high", "critical"];

const V31 = {
  none: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
  low: "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N",
  medium: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
  high: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
  critical: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
  unknown: "CVSS:3.1/AV:N/AC:L",
} as const satisfies Record<Severity, string>;

const V30 = Object.fromEntries(Object.entries(V31).map(([level, text]) => [level, text.replace("3.1", "3.0")]));
const V2 = {
  none: "AV:N/AC:L/Au:N/C:N/I:N/A:N",
  low: "AV:L/AC:H/Au:M/C:P/I:N/A:N",
  medium: "AV:N/AC:L/Au:N/C:P/I:N/A:N",
  high: "AV:N/AC:L/Au:N/C:P/I:P/A:P",
  critical: "AV:N/AC:L/Au:N/C:C/I:C/A:C",
  unknown: "AV:N/AC:L/Au:N",
};
const V4 = {
  low: "CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
  high: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
  critical: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H",
  unknown: "CVSS:4.0/AV:N",
};
const WORDS = { low: "LOW", medium: "MODERATE", high: "HIGH", critical: "CRITICAL", unknown: "SCARY" };
const SCORES = { none: "0.0", low: "3.9", medium: "4.0", high: "7.0", critical: "9.0", unknown: "high" };

interface Asked {
  readonly record: OsvVulnerability;
  readonly scores: readonly string[];
}
type Source = readonly [name: string, levels: readonly Severity[], add: (asked: Asked, level: Severity) => Asked];

const vector = (type: string, vectors: Readonly<Partial<Record<string, string>>>): Source => [
  `severity ${type}`,
  Object.keys(vectors) as Severity[],
  ({ record, scores }, level) => ({
    record: { ...record, severity: [...(record.severity ?? []), { type, score: vectors[level] ?? "" }] },
    scores,
  }),
];

const SOURCES: readonly Source[] = [
  vector("CVSS_V2", V2),
  vector("CVSS_V3", V30),
  vector("CVSS_V3", V31),
  vector("CVSS_V4", V4),
  [
    "affected[].severity",
    Object.keys(V31) as Severity[],
    ({ record, scores }, level) => ({
      record: {
        ...record,
        affected: [{ package: { name: "p", ecosystem: "npm" }, severity: [{ type: "CVSS_V3", score: V31[level] }] }],
      },
      scores,
    }),
  ],
  [
    "database_specific.severity",
    Object.keys(WORDS) as Severity[],
    ({ record, scores }, level) => ({
      record: { ...record, database_specific: { severity: WORDS[level as keyof typeof WORDS] } },
      scores,
    }),
  ],
  [
    "max_severity",
    Object.keys(SCORES) as Severity[],
    ({ record, scores }, level) => ({ record, scores: [...scores, SCORES[level]] }),
  ],
  ["MAL", ["critical"], ({ record, scores }) => ({ record: { ...record, aliases: ["MAL-2026-1"] }, scores })],
];

const NOTHING: Asked = { record: { id: "GHSA-a" }, scores: [] };
const rated = ({ record, scores }: Asked): Severity => rate([record], "p", "npm", scores).severity;
const worst = (levels: readonly Severity[]): Severity =>
  levels.reduce<Severity>((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), "none");

describe("the truth table of severities", () => {
  it.each(SOURCES.map(([name, levels, add]) => ({ name, levels, add })))(
    "$name alone says each of its levels",
    ({ levels, add }) => {
      expect(levels.map((level) => rated(add(NOTHING, level)))).toEqual(levels);
    },
  );

  it("H-10: no source is unknown", () => {
    expect(rated(NOTHING)).toBe("unknown");
  });

  it("H-10: of each pair of sources, at each pair of levels, the worse one counts", () => {
    let pairs = 0;
    for (const [at, [one, levels, add]] of SOURCES.entries()) {
      for (const [other, more, addMore] of SOURCES.slice(at + 1)) {
        for (const a of levels) {
          for (const b of more) {
            pairs++;
            const found = rated(addMore(add(NOTHING, a), b));
            expect([one, a, other, b, found]).toEqual([one, a, other, b, worst([a, b])]);
          }
        }
      }
    }
    expect(pairs).toBe(689);
  });

  it("H-10: of all sources at once, at levels drawn by a counter, the worst one counts", () => {
    for (let draw = 0; draw < 5000; draw++) {
      let asked = NOTHING;
      const said: Severity[] = [];
      for (const [at, [, levels, add]] of SOURCES.entries()) {
        const choice = (draw * 7919 + at * 104_729 + ((draw * at) % 31)) % (levels.length + 1);
        const level = levels[choice];
        if (level === undefined) continue;
        said.push(level);
        asked = add(asked, level);
      }
      expect([said, rated(asked)]).toEqual([said, said.length === 0 ? "unknown" : worst(said)]);
    }
  });
});

describe.skipIf(!hasSharedData)("real records (skipped without ../shared/data)", () => {
  it("J-10: whose vector is HIGH are high or critical by an independent calculator, and never less", async () => {
    const counts: Record<string, number> = {};
    for (const ecosystem of ["crates.io", "PyPI", "npm"]) {
      for await (const { content } of readZip(join(SHARED_DATA, "osv-2026-06-30", ecosystem, "all.zip"))) {
        const record = OsvVulnerability.parse(JSON.parse(content.toString("utf8")));
        const vectors = (record.severity ?? []).filter(({ score }) => score.startsWith("CVSS:3."));
        if (vectors.length === 0) continue;
        const score = Math.max(...vectors.map((each) => baseScore(each.score)));
        const found = rate([record], "", ecosystem, []).severity;
        const band = score >= 9 ? "critical" : score >= 7 ? "high" : "below";
        counts[band] = (counts[band] ?? 0) + 1;
        if (band !== "below") {
          expect([record.id, ORDER.indexOf(found) >= ORDER.indexOf(band)]).toEqual([record.id, true]);
        }
      }
    }
    expect(counts).toEqual({ below: 199, high: 238, critical: 108 });
  });
});
