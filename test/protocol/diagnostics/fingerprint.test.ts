import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type FingerprintParts,
  fingerprintOf,
  fingerprintText,
} from "../../../pipeline/protocol/diagnostics/fingerprint.ts";

const FIRST: FingerprintParts = {
  severity: "fatal",
  source: "engine",
  surface: "system",
  title: "Vulnerability scan detected HIGH severity",
  tool: "osv-scanner",
};
const SECOND: FingerprintParts = {
  ...FIRST,
  code: "SUPPLY_CHAIN_SECRET_SCAN_BLOCK",
  tool: "gitleaks",
  title: "Secret scan: generic-api-key",
  locations: [
    {
      path: "src/a b/\u00fc.ts",
      wsid: "ws-1",
      range: { startLine: 10, startColumn: 1, endLine: 10, endColumn: 5 },
    },
  ],
};
const FIRST_HASH = "b16524c6baef64175b934308ad8836ab7ece4e86fa4d5267d5a85f1a33933f76";
const SECOND_HASH = "b752e51e34fa2bb8b14342d6dc0a03c62376944cfd2e91b5601de9922a548351";

describe("a fingerprint (E-08, DIAG-SCHEMA-003)", () => {
  it("E-08: is that of the first vector", () => {
    expect(fingerprintText(FIRST)).toBe(
      '{"capability_id":null,"code":null,"locations":null,"policy_decision_id":null,"severity":"fatal","source":"engine","surface":"system","title":"Vulnerability scan detected HIGH severity","tool":"osv-scanner"}',
    );
    expect(fingerprintOf(FIRST)).toBe(FIRST_HASH);
  });

  it("E-08: is that of the second vector", () => {
    expect(fingerprintOf(SECOND)).toBe(SECOND_HASH);
  });

  it("K-19: takes an empty list of places for none", () => {
    expect(fingerprintOf({ ...FIRST, locations: [] })).toBe(FIRST_HASH);
  });

  it("E-06: is the same with the path separators of another system", () => {
    const locations = SECOND.locations?.map((place) => ({ ...place, path: place.path?.replaceAll("/", "\\") ?? "" }));
    expect(fingerprintOf({ ...SECOND, locations })).toBe(SECOND_HASH);
  });

  it("H-07: is the same for titles that differ in line ends, outer white space and composition", () => {
    const titles = ["one\ntwo \u00fc", "one\r\ntwo \u00fc", "\u2003one\r\ntwo u\u0308\u0085", " one\ntwo \u00fc\n"];
    expect(new Set(titles.map((title) => fingerprintOf({ ...FIRST, title }))).size).toBe(1);
  });

  it("E-08: orders places by the bytes of path, uri, entity, workspace and range", () => {
    const range = (startLine: number) => ({ startLine, startColumn: 1, endLine: startLine, endColumn: 1 });
    const locations = [
      { path: "\ufffd" },
      { path: "\u{1f600}" },
      { path: "a", range: range(2) },
      { path: "a", range: range(10) },
      { uri: "x" },
    ];
    const { locations: sorted } = JSON.parse(fingerprintText({ ...FIRST, locations }));
    expect(
      sorted.map((place: { path: string; uri: string; range: { startLine: number } }) => [
        place.path ?? place.uri,
        place.range?.startLine,
      ]),
    ).toEqual([
      ["a", 10],
      ["a", 2],
      ["x", undefined],
      ["\ufffd", undefined],
      ["\u{1f600}", undefined],
    ]);
  });

  const word = fc.string({ unit: "grapheme", maxLength: 12 });
  const place = fc.record({
    path: word,
    entity_id: fc.option(word, { nil: undefined }),
    range: fc.option(
      fc.record({ startLine: fc.nat(99), startColumn: fc.nat(99), endLine: fc.nat(99), endColumn: fc.nat(99) }),
      { nil: undefined },
    ),
  });

  it("VAL-FP-001: stays the same whatever system wrote path and title, and in whatever order the places come", () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 5 }), word, (places, title) => {
        const written = { ...FIRST, title, locations: places } as FingerprintParts;
        const elsewhere = {
          ...FIRST,
          title: `\n ${title.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n").normalize("NFD")}\t`,
          locations: places.map((one) => ({ ...one, path: one.path.replaceAll("/", "\\") })).reverse(),
        } as FingerprintParts;
        expect(fingerprintOf(elsewhere)).toBe(fingerprintOf(written));
      }),
      { numRuns: 300 },
    );
  });

  it("E-07: knows neither message nor time nor job", () => {
    const more = { ...SECOND, message: "other", timestamp: "2026-01-01T00:00:00Z", job_id: "x", count: 3 };
    expect(fingerprintOf(more)).toBe(SECOND_HASH);
  });
});
