import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/shared-data.ts";

const TEXT = readFileSync(join(ROOT, "docs/threat-model.md"), "utf8");
const ATTACKERS = [
  "The author of the tree",
  "The author of a dependency",
  "The author of a tool",
  "The author of the pins",
  "The author of the cache",
  "Other users of the machine",
];

describe("docs/threat-model.md", () => {
  it("names tests that are there", () => {
    const named = [...TEXT.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path as string);
    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("shows a test for every attacker, and ends with what can't be noticed", () => {
    const sections = TEXT.split(/^## /m).slice(1);
    for (const attacker of ATTACKERS) {
      expect(sections.find((section) => section.startsWith(attacker))).toMatch(/`test\/[^`]+\.test\.ts`/);
    }
    expect(sections.at(-1)).toMatch(/^What can't be noticed\n/);
  });

  it("says of every row of a table why, and of every attack which test shows it", () => {
    const rows = TEXT.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ---"));
    for (const row of rows) {
      const cells = row.slice(2, -2).split(" | ");
      expect(cells.length).toBeGreaterThanOrEqual(2);
      expect(cells.filter((cell) => cell.trim() === "")).toEqual([]);
    }
  });
});
