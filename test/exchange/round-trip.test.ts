import { describe, expect, it } from "vitest";
import type { Format, ImportDefaults } from "../../pipeline/exchange/format.ts";
import { FORMATS, type FormatName } from "../../pipeline/exchange/formats.ts";
import { Justification, type Waiver } from "../../schemas/waivers.ts";

const CONTEXT = { author: "supply-gate", asOf: "2026-02-01T00:00:00.000Z" };
const IDS = ["CVE-2021-23337", "GHSA-35jh-r3h4-6jhm", "RUSTSEC-2021-0001", "PYSEC-2020-1"];
const PURLS = ["pkg:npm/lodash@4.17.20", "pkg:cargo/time@0.1.43", "pkg:pypi/django@2.2.24"];
const REASONS = [
  "made up for a test",
  'with "quotes", a \\ and a # in it',
  "on two\nlines, [in brackets] and {braces}",
  "änderbar: 改行 \u007f",
];

function draws(seed: number): <T>(list: readonly T[]) => T {
  let state = seed;
  return (list) => {
    state = (state * 48_271) % 2_147_483_647;
    return list[state % list.length] as (typeof list)[number];
  };
}

/** Waivers of every sort, the same each time. */
function drawn(count: number): Waiver[] {
  const draw = draws(42);
  const WHAT: readonly (() => Waiver["what"])[] = [
    () => ({ vulnerability: draw(IDS) }),
    () => ({ vulnerability: draw(IDS) }),
    () => ({ license: draw(["GPL-3.0-only", "MIT"]) }),
    () => ({ rule: "generic-api-key" }),
    () => ({ gap: "archive" }),
    () => ({ finding: "secret-0123456789ab" }),
  ];
  const WHERE: readonly (() => NonNullable<Waiver["where"]>)[] = [
    () => ({ purl: draw(PURLS) }),
    () => ({ purl: draw(PURLS) }),
    () => ({ purl: "pkg:npm/lodash", versions: draw([">=4.17.0 <4.17.21", "<1.0.0 || =4.17.20", "<=4.17.20"]) }),
    () => ({ path: "apps/web" }),
    () => ({ path: "apps/web/a.ts", sha256: "a".repeat(64) }),
    () => ({ purl: draw(PURLS), path: "apps/web" }),
  ];
  return Array.from({ length: count }, () => {
    const because = draw([undefined, ...Justification.options]);
    return {
      what: draw(WHAT)(),
      where: draw(WHERE)(),
      reason: draw(REASONS),
      ...(because === undefined ? {} : { justification: because }),
      owner: draw(["web team", "someone"]),
      approver: "security",
      created: draw(["2026-01-01", "2026-01-31"]),
      expires: draw(["2026-03-01", "2026-12-31"]),
    };
  });
}

const roundTrip = (name: FormatName, waivers: readonly Waiver[], places: ImportDefaults["places"] = () => []) => {
  const format: Format = FORMATS[name];
  const { text, losses } = format.compile?.(waivers, CONTEXT) ?? { text: "", losses: [] };
  const defaults = { owner: "nobody", approver: "nobody", created: "2000-01-01", expires: "2000-01-02", places };
  const written = waivers.filter(
    (_, at) => !losses.some(({ waiver, what }) => waiver === at && what === "not-written"),
  );
  return { text, losses, written, ...{ back: format.read(text, "f", defaults) } };
};

describe("a set of waivers, there and back", () => {
  const waivers = drawn(300);

  it.each(["openvex", "cyclonedx"] as const)("is the same in %s, but for what was named", (name) => {
    const { written, back, losses } = roundTrip(name, waivers);
    expect(back.waivers).toEqual(written);
    expect(back.losses).toEqual([]);
    expect(written.length).toBeGreaterThan(30);
    expect(losses.every(({ what }) => what === "not-written")).toBe(true);
  });

  it("is the same in Trivy's file, but for digests of contents", () => {
    const { written, back, losses } = roundTrip("trivy", waivers);
    const order = (waiver: Waiver) => ["vulnerability", "license", "rule"].indexOf(Object.keys(waiver.what)[0] ?? "");
    const expected = written
      .map(({ where, ...rest }) => {
        const { sha256: _, ...place } = where ?? {};
        return { ...rest, where: place };
      })
      .sort((a, b) => order(a) - order(b));
    expect(back.waivers).toEqual(expected);
    expect(new Set(losses.map(({ what }) => what))).toEqual(new Set(["not-written", "broader"]));
  });

  it("comes back from osv-scanner's file for the packages in which it was found", () => {
    const own = waivers.filter(({ what, where = {} }) => what.vulnerability !== undefined && where.purl?.includes("@"));
    const exact = own.filter(({ where = {} }) => Object.keys(where).length === 1);
    const [one] = exact;
    const { text, back, losses } = roundTrip("osv-scanner", exact.slice(0, 1), () => [one?.where?.purl ?? ""]);
    expect(back.waivers).toEqual([one]);
    expect(losses).toEqual([expect.objectContaining({ waiver: 0, what: "broader" })]);
    expect(text).toContain("[[IgnoredVulns]]");
    const nowhere = roundTrip("osv-scanner", exact.slice(0, 1)).back;
    expect([nowhere.waivers, nowhere.losses.map(({ what }) => what)]).toEqual([[], ["not-read"]]);
  });

  it("comes back from cargo-deny's file but for dates and, of licences, who said so", () => {
    const license: Waiver = {
      ...(waivers[0] as Waiver),
      what: { license: "MIT" },
      where: { purl: "pkg:cargo/time@0.1.43" },
    };
    const advisory: Waiver = { ...license, what: { vulnerability: "RUSTSEC-2021-0001" } };
    const { back, losses } = roundTrip("cargo-deny", [advisory, license], () => ["pkg:cargo/time@0.1.43"]);
    expect(back.waivers[0]).toEqual({ ...advisory, expires: "2000-01-02" });
    expect(back.waivers[1]).toMatchObject({ what: license.what, where: license.where, owner: "nobody" });
    expect(losses.map(({ waiver, what }) => [waiver, what])).toEqual([
      [0, "broader"],
      [1, "broader"],
    ]);
  });

  it.each(Object.keys(FORMATS).filter((name) => name !== "csaf") as FormatName[])(
    "gives %s the same bytes twice",
    (name) => {
      expect(roundTrip(name, waivers).text).toBe(roundTrip(name, drawn(300)).text);
      expect(roundTrip(name, []).back.waivers).toEqual([]);
    },
  );
});
