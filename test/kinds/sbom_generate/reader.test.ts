import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sbomGenerate } from "../../../pipeline/kinds/sbom_generate/index.ts";
import { CASES, collected, recorded } from "./case.ts";

const invalid = expect.objectContaining({ code: "DOCUMENT_INVALID" });

describe("collect", () => {
  for (const name of readdirSync(CASES).sort()) {
    it(`reads ${name} to the recorded normal form`, async () => {
      const text = `${JSON.stringify(collected(recorded(name)), null, 2)}\n`;
      await expect(text).toMatchFileSnapshot(join(CASES, name, "report.json"));
      const { canaries, ...rest } = collected(recorded(name));
      expect(canaries).toEqual(["supply-gate-canary"]);
      expect(JSON.stringify(rest)).not.toMatch(/\/scan|\/tmp|canary/);
    });
  }

  it("gives the same normal form for two records of one lockfile that syft itself made differ", () => {
    const one = recorded("lockfile-version-1");
    const other = recorded("lockfile-version-1", "syft-other.json");
    expect(one).not.toBe(other);
    expect(collected(one)).toEqual(collected(other));
  });

  it("gives the same normal form whatever the order and the ids", () => {
    const document = JSON.parse(recorded("every-format"));
    const shuffled = JSON.stringify({
      ...document,
      artifacts: document.artifacts.toReversed(),
      artifactRelationships: document.artifactRelationships.toReversed(),
      files: document.files.toReversed(),
    }).replace(/"([0-9a-f]{16})"/g, (_, id: string) => `"${[...id].reverse().join("")}"`);
    expect(collected(shuffled)).toEqual(collected(recorded("every-format")));
  });

  it.each([
    ["a report without it", (text: string) => text.replaceAll("supply-gate-canary", "other")],
    ["one that only the tree has", (text: string) => text.replaceAll('"/config/', '"/tree/')],
    ["one of another version", (text: string) => text.replaceAll("0.0.0-canary", "0.0.1-canary")],
  ])("finds no canary in %s", (_, spoil) => {
    const text = recorded("every-format");
    expect(spoil(text)).not.toBe(text);
    expect(collected(spoil(text)).canaries).toEqual([]);
  });

  it("keeps the digests of lockfiles that state one for each place, and none where syft keeps one by chance", () => {
    const hashes = (name: string) => collected(recorded(name)).packages.flatMap((entry) => entry.hashes);
    expect(hashes("every-format").length).toBeGreaterThan(0);
    expect(hashes("lockfile-version-1")).toEqual([]);
  });

  it("keeps of an unread file its place and syft's phrase, never a line of it", () => {
    expect(collected(recorded("every-format")).unread).toEqual([
      {
        path: "pip/requirements.txt",
        cataloger: "python-package-cataloger",
        reason: "unable to determine package version in requirements.txt line",
      },
    ]);
    expect(recorded("every-format")).toContain("Django");
    expect(JSON.stringify(collected(recorded("every-format")))).not.toContain("Django");
  });

  it.each([
    ["an empty file", () => ""],
    ["a file that was cut off", (text: string) => text.slice(0, text.length / 2)],
    ["another version of syft", (text: string) => text.replace('"version":"1.52.0"', '"version":"1.53.0"')],
    ["another version of its schema", (text: string) => text.replace('"version":"16.1.10"', '"version":"17.0.0"')],
    ["another tool's name", (text: string) => text.replace('"name":"syft"', '"name":"other"')],
    ["no list of packages", (text: string) => text.replace('"artifacts":', '"others":')],
    ["no list of edges", (text: string) => text.replace('"artifactRelationships":', '"others":')],
    ["a package without a name", (text: string) => text.replace('"name":"libc"', '"name":""')],
    ["a lock entry of another shape", (text: string) => text.replace('"integrity":"', '"integrity":7,"was":"')],
  ])("refuses %s", (_, spoil) => {
    const text = recorded("every-format");
    expect(spoil(text)).not.toBe(text);
    expect(() => collected(spoil(text))).toThrow(invalid);
  });
});

describe("read", () => {
  it("reads back what it wrote", () => {
    const report = collected(recorded("every-format"));
    expect(sbomGenerate.read(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it("refuses a key it does not know", () => {
    expect(() => sbomGenerate.read({ ...collected(recorded("empty")), more: 1 })).toThrow(invalid);
  });
});
