import { describe, expect, it } from "vitest";
import type { Waivable } from "../../pipeline/waivers/covers.ts";
import { judgeWaivers } from "../../pipeline/waivers/judge-waivers.ts";
import type { Waiver } from "../../schemas/waivers.ts";

const TERMS = { maxDays: 90, warnDays: 7 };
const LODASH: Waivable = {
  id: "vulnerability-000000000001",
  ids: { vulnerability: ["CVE-2021-23337", "GHSA-35jh-r3h4-6jhm"], license: [] },
  rules: [],
  gap: undefined,
  purl: "pkg:npm/lodash@4.17.20",
  paths: ["apps/web/package-lock.json"],
};
const waiver = (more: Partial<Waiver> = {}): Waiver => ({
  what: { vulnerability: "GHSA-35jh-r3h4-6jhm" },
  where: { purl: "pkg:npm/lodash@4.17.20" },
  reason: "made up for a test",
  owner: "someone",
  approver: "another",
  created: "2026-01-01",
  expires: "2026-03-01",
  ...more,
});
const judged = (
  waivers: readonly Waiver[],
  asOf = "2026-02-01T00:00:00.000Z",
  things: readonly Waivable[] = [LODASH],
) => {
  const digests = new Map([["apps/web/package-lock.json", "a".repeat(64)]]);
  const { by, states, findings } = judgeWaivers({ waivers, things, digests, asOf, terms: TERMS });
  return { covered: [...by.keys()], problems: states.map(({ problem }) => problem), findings };
};

describe("the life of a waiver", () => {
  it.each([
    ["2025-12-31T23:59:59.999Z", [], "not-yet"],
    ["2026-01-01T00:00:00.000Z", [LODASH.id], undefined],
    ["2026-02-21T23:59:59.999Z", [LODASH.id], undefined],
    ["2026-02-22T00:00:00.000Z", [LODASH.id], "expiring"],
    ["2026-02-28T12:00:00.000Z", [LODASH.id], "expiring"],
    ["2026-03-01T23:59:59.999Z", [LODASH.id], "expiring"],
    ["2026-03-02T00:00:00.000Z", [], "expired"],
  ])("G-12: at %s it covers %j and is %s", (asOf, covered, problem) => {
    expect(judged([waiver()], asOf)).toMatchObject({ covered, problems: [problem] });
  });

  it.each(["-11:00", "+00:00", "+13:00"])("G-12: ends with the UTC day, whatever clock says so (%s)", (offset) => {
    const [hours] = offset.split(":").map(Number) as [number];
    const local = (utc: string) => {
      const shifted = new Date(Date.parse(utc) + hours * 3_600_000).toISOString().slice(0, 19);
      return new Date(`${shifted}${offset}`).toISOString();
    };
    expect(judged([waiver()], local("2026-03-01T23:59:59Z")).covered).toEqual([LODASH.id]);
    expect(judged([waiver()], local("2026-03-02T00:00:00Z")).covered).toEqual([]);
  });
});

describe("what a waiver covers", () => {
  it.each<[string, Partial<Waiver>, string | undefined]>([
    ["by any id of the advisory", { what: { vulnerability: "CVE-2021-23337" } }, undefined],
    ["by the id of the finding alone", { what: { finding: LODASH.id }, where: undefined as never }, undefined],
    ["in a range of versions", { where: { purl: "pkg:npm/lodash", versions: ">=4.17.0 <4.17.21" } }, undefined],
    ["in a folder", { where: { path: "apps" } }, undefined],
    ["with the content of its file", { where: { path: "apps", sha256: "a".repeat(64) } }, undefined],
    ["with another content", { where: { path: "apps", sha256: "b".repeat(64) } }, "misplaced"],
    ["in another version", { where: { purl: "pkg:npm/lodash@4.17.19" } }, "misplaced"],
    ["in another range", { where: { purl: "pkg:npm/lodash", versions: ">=4.17.0 <4.17.20" } }, "misplaced"],
    ["in another folder", { where: { path: "apps/we" } }, "misplaced"],
    ["of another advisory", { what: { vulnerability: "CVE-2021-23338" } }, "unused"],
  ])("%s", (_what, more, problem) => {
    const { covered, problems } = judged([waiver(more)]);
    expect(problems).toEqual([problem]);
    expect(covered).toEqual(problem === undefined ? [LODASH.id] : []);
  });

  it("is nothing that has a second place elsewhere", () => {
    const both = { ...LODASH, paths: [...LODASH.paths, "lib/package-lock.json"] };
    expect(judged([waiver({ where: { path: "apps" } })], undefined, [both]).problems).toEqual(["misplaced"]);
  });

  it("is told once: a second one for the same thing is a duplicate", () => {
    const { covered, problems } = judged([waiver(), waiver({ what: { vulnerability: "CVE-2021-23337" } })]);
    expect(covered).toEqual([LODASH.id]);
    expect(problems).toEqual([undefined, "duplicate"]);
  });
});

it("a waiver that does not count is a finding with who and what", () => {
  const [finding] = judged([waiver()], "2026-03-02T00:00:00.000Z").findings;
  expect(finding).toMatchObject({
    kind: "policy",
    class: "waiver",
    rule: "waiver.expired",
    title: "waiver for GHSA-35jh-r3h4-6jhm in pkg:npm/lodash@4.17.20 (someone): has expired on 2026-03-01",
  });
});
