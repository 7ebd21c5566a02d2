import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

describe("cabal.project.freeze", () => {
  const read = (text: string) => readLockfile("cabal.project.freeze", text);

  it("reads exact versions however they are qualified, several on a line, and leaves flags", () => {
    const text = `-- comment
active-repositories: example.invalid:merge
Constraints: any.a ==1.0, b == 2.0.1,
             a +flag -other,

  -- comment
             any.c ==0.1, setup.d ==3, e:setup.f ==4
index-state: example.invalid 2022-07-07T01:01:53Z
constraints: any.g ==5
`;
    expect(packagesOf(read(text))).toEqual(["a@1.0", "b@2.0.1", "c@0.1", "d@3", "f@4", "g@5"]);
    expect(gapsOf(read(text))).toEqual([]);
  });

  it("reads what older cabals wrote, which osv-scanner takes for an empty file", () => {
    const text =
      "constraints: Cabal ==1.24.2.0 || ==2.0.0.2,\n  Cabal -bundled-binary,\n  bson -_old-network +b_1,\n  base ==4.10.0.0\n";
    expect(packagesOf(read(text))).toEqual(["Cabal@1.24.2.0", "Cabal@2.0.0.2", "base@4.10.0.0"]);
    expect(gapsOf(read(text))).toEqual([]);
  });

  it("refuses a file that breaks off behind a comma: the other packages are not known", () => {
    expect(() => read("constraints: any.a ==1.0,\n             any.b ==2.0,\n")).toThrow(
      invalidAt("cabal.project.freeze:2: found a list that breaks off"),
    );
  });

  it("takes time in proportion to the text", () => {
    expect(() => read(`constraints: a ${"-a".repeat(50_000)} !`)).toThrow(invalidAt("cabal.project.freeze:1: "));
  });

  it("has a gap for a range and for what comes with the compiler", () => {
    const lockfile = read("constraints: any.a >=1 && <2, any.base installed, any.b ==1.0 || >=2.0, any.c ==1.*\n");
    expect(packagesOf(lockfile)).toEqual(["a@", "b@", "base@", "c@"]);
    expect(gapsOf(lockfile)).toEqual([
      "unpinned base: installed: comes with the compiler",
      "unresolved-range a: >=1 && <2",
      "unresolved-range b: ==1.0 || >=2.0",
      "unresolved-range c: ==1.*",
    ]);
  });

  it.each([
    ["", ""],
    ["", "-- comment\n"],
    [":2", "constraints:\nfoo\n"],
    [":1", "  any.a ==1\n"],
    [":2", "constraints:\n  any.a what\n"],
    [":1", "constraints: !\n"],
  ])("refuses, at place %j, %j", (line, text) => {
    expect(() => read(text)).toThrow(invalidAt(`cabal.project.freeze${line}: `));
  });
});
