import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readVex } from "../../pipeline/exchange/read-vex.ts";
import type { Waivable } from "../../pipeline/waivers/covers.ts";
import { judgeVex, judgeWaivers } from "../../pipeline/waivers/judge-waivers.ts";
import type { Waiver } from "../../schemas/waivers.ts";

const statement = (name: string, purl: string) => ({
  vulnerability: { name },
  products: [{ "@id": purl }],
  status: "not_affected",
  justification: "vulnerable_code_not_present",
  impact_statement: "it is compiled without that part",
});
const TEXT = JSON.stringify({
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "x",
  author: "vendor",
  timestamp: "2026-01-15T00:00:00Z",
  version: 1,
  statements: [statement("CVE-2021-23337", "pkg:npm/lodash@4.17.20"), statement("CVE-1999-0001", "pkg:npm/gone@1.0.0")],
});
const sha256 = createHash("sha256").update(TEXT).digest("hex");
const TERMS = { maxDays: 30, warnDays: 7 };
const read = (digest = sha256) => readVex([{ file: "v.json", sha256: digest, format: "openvex" }], TERMS, () => TEXT);

describe("VEX documents that a policy names", () => {
  it("count from their own date for as long as the policy lets a waiver count, in the name of the document", () => {
    expect(read()[0]).toEqual({
      what: { vulnerability: "CVE-2021-23337" },
      where: { purl: "pkg:npm/lodash@4.17.20" },
      reason: "it is compiled without that part",
      justification: "vulnerable_code_not_present",
      owner: "v.json",
      approver: "the policy that names it",
      created: "2026-01-15",
      expires: "2026-02-14",
    });
  });

  it("are refused with another content", () => {
    expect(() => read("a".repeat(64))).toThrow(expect.objectContaining({ code: "POLICY_INVALID" }));
  });
});

describe("what they cover", () => {
  const lodash: Waivable = {
    id: "vulnerability-000000000001",
    ids: { vulnerability: ["GHSA-1", "CVE-2021-23337"], license: [] },
    rules: [],
    gap: undefined,
    purl: "pkg:npm/lodash@4.17.20",
    paths: ["package-lock.json"],
  };
  const judged = (asOf: string, own: readonly Waiver[] = []) => {
    const input = { things: [lodash], digests: new Map(), asOf: `${asOf}T00:00:00.000Z`, terms: TERMS };
    const answers = judgeVex({ ...input, waivers: read() }, judgeWaivers({ ...input, waivers: own }));
    return {
      by: [...answers.by].map(([id, { owner }]) => [id, owner]),
      rules: answers.findings.map(({ rule }) => rule),
    };
  };

  it("is what they speak of; a statement about nothing here is told", () => {
    expect(judged("2026-01-20")).toEqual({ by: [[lodash.id, "v.json"]], rules: ["waiver.unmatched"] });
  });

  it("is nothing when they are too old", () => {
    expect(judged("2026-03-01")).toEqual({ by: [], rules: ["waiver.expired", "waiver.expired"] });
  });

  it("stays with one's own waiver where there is one", () => {
    const own = { ...(read()[0] as Waiver), owner: "web team" };
    expect(judged("2026-01-20", [own])).toEqual({ by: [[lodash.id, "web team"]], rules: ["waiver.unmatched"] });
  });
});
