import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { recall, remember } from "../../pipeline/history/memory.ts";

const entry = (letter: string) => ({ commit: letter.repeat(40), texts: 2, binaries: 1, gaps: [] });

describe("what earlier runs found clean", () => {
  let dir: string;

  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), "supply-gate-test-")), "history");
  });

  it("is nothing at first, and what was kept later", () => {
    expect(recall(dir)).toEqual({ commits: new Map(), ignored: [] });
    remember(dir, [entry("a")], "one");
    remember(dir, [entry("b")], "two");
    remember(dir, [], "three");
    const { commits, ignored } = recall(dir);
    expect([...commits.values()].sort((a, b) => (a.commit < b.commit ? -1 : 1))).toEqual([entry("a"), entry("b")]);
    expect(ignored).toEqual([]);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  it("passes over a file that is damaged, and says so", () => {
    remember(dir, [entry("a")], "one");
    const [name = ""] = readdirSync(dir);
    const text = readFileSync(join(dir, name), "utf8");
    for (const other of [text.slice(0, -1), text.replace('"texts":2', '"texts":3'), "", "{}"]) {
      writeFileSync(join(dir, name), other);
      expect(recall(dir)).toEqual({
        commits: new Map(),
        ignored: [`${name} (other content than its name says)`],
      });
    }
  });

  it("passes over a file of another shape although its name is right, and over one that was not finished", () => {
    remember(dir, [{ ...entry("a"), commit: "no name" }], "one");
    writeFileSync(join(dir, "two.tmp"), "{");
    const { commits, ignored } = recall(dir);
    expect(commits.size).toBe(0);
    expect(ignored).toEqual([expect.stringContaining("commit")]);
  });

  it("is not taken from a folder that others can write to", () => {
    remember(dir, [entry("a")], "one");
    chmodSync(dir, 0o777);
    expect(recall(dir)).toEqual({ commits: new Map(), ignored: [`${dir} (others can write to it)`] });
  });
});
