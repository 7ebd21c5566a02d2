import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const read = (text: string) => readLockfile("mix.lock", text);

describe("mix.lock", () => {
  it("takes the name that Hex knows, over any number of lines, whatever way a key is written", () => {
    const text = `# comment
%{"alias": {:hex, :real, "1.0.0", "00", [:mix], [{:dep, "~> 1.0", [hex: :dep, repo: "hexpm", optional: false]}], "hexpm", "00"},
  "old" => {:hex, :old, "2.0.0"}, plain: {:hex,
    :"quoted name", "3.0.0-rc.1", "00"}, :atom => {:hex, :atom, "4.0.0"},
}
`.replace("# comment\n", "");
    expect(packagesOf(read(text))).toEqual(["atom@4.0.0", "old@2.0.0", "quoted name@3.0.0-rc.1", "real@1.0.0"]);
    expect(packagesOf(read("%{\n}\n"))).toEqual([]);
  });

  it("reads entries without dependencies, as older tools wrote them, which osv-scanner passes over", () => {
    expect(packagesOf(read('%{"a": {:hex, :a, "1.0.0"},\n  "b": {:hex, :b, "2.0.0"}}\n'))).toEqual([
      "a@1.0.0",
      "b@2.0.0",
    ]);
  });

  it("takes a word that every object has for a word", () => {
    expect(packagesOf(read('%{"a": {:hex, :a, "1.0.0", constructor, toString}}\n'))).toEqual(["a@1.0.0"]);
  });

  it("names git and folder dependencies, without credentials", () => {
    const lockfile = read(
      '%{"g": {:git, "https://u:t@example.invalid/g.git", "0123", [branch: "a \\"b\\""]}, "p": {:path, "../p", []}}',
    );
    expect(packagesOf(lockfile)).toEqual(["g@ git", "p@ path"]);
    expect(gapsOf(lockfile)).toEqual([
      "git-dependency g: https://example.invalid/g.git#0123",
      "path-dependency p: ../p",
    ]);
  });

  it.each([
    [1, ""],
    [1, "["],
    [2, '%{\n"a": {:hex, :a, "1.0.0"}'],
    [2, '%{\n"a": {:hex, :a, "1.0.0"]}'],
    [2, '%{\n"a": {:hex, :a, "1.0.0}'],
    [1, "%{} %{}"],
    [1, `%{"a": ${"[".repeat(100_000)}`],
  ])("refuses text that is no literal, with line %i: %j", (line, text) => {
    expect(() => read(text)).toThrow(invalidAt(text === "" ? "mix.lock: " : `mix.lock:${line}: `));
  });

  it.each([
    '["a"]',
    '"a"',
    '%{"a": 1}',
    '%{"a": {:hex, "a", "1.0.0"}}',
    '%{"a": {:hex, :a}}',
    '%{"a": {:moon, "x", "y"}}',
    '%{"a"}',
    '%{{:a}: {:hex, :a, "1"}}',
    '%{"a": {:hex, :a, "1.0.0"}, "a": {:hex, :a, "2.0.0"}}',
  ])("refuses %j", (text) => {
    expect(() => read(text)).toThrow(invalidAt("mix.lock"));
  });
});
