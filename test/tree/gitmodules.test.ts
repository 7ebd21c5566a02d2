import { describe, expect, it } from "vitest";
import { submodulePaths } from "../../pipeline/tree/gitmodules.ts";

describe("submodulePaths", () => {
  it.each([
    ['[submodule "a"]\n\tpath = a\n', ["a"]],
    ['[submodule "a"] path = b # c\n', ["b"]],
    ['[SubModule "a"]\r\n  PATH=lib/b/\r\n', ["lib/b"]],
    ['[submodule "a"]\npath = "a b;c" ; d\n', ["a b;c"]],
    ['[submodule "a"]\npath = a\\"b \n', ['a"b']],
    ['[submodule "a]b"]\npath = x\\\n/y\n', ["x/y"]],
    ['[submodule "a"]\npath = ../a\npath = /a\npath = a/../b\npath = ./a\npath =\npath = .\n', []],
    ['[other "a"]\npath = a\n', []],
    ["path = a\n", []],
    ["", []],
    ["\0\ufffd[[[", []],
  ])("reads %j as git does", (text, expected) => {
    expect(submodulePaths(text)).toEqual(expected);
  });

  it("is done in time with a line that has no end", () => {
    expect(submodulePaths(`[submodule "${'\\"'.repeat(500_000)}`)).toEqual([]);
    expect(submodulePaths(`[submodule "a"]\npath = ${" ".repeat(1_000_000)}a\n`)).toEqual(["a"]);
  });
});
