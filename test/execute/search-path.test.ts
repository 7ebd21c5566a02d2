import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { trustedFolders, trustedPath } from "../../pipeline/execute/search-path.ts";
import { makeTree } from "../support/tree.ts";

describe("trustedFolders", () => {
  it("keeps the folders of a PATH that are nobody's tree, in their order", () => {
    const tree = realpathSync(makeTree({ "bin/git": "", "node_modules/.bin/git": "" }));
    const other = realpathSync(makeTree({ "node_modules/.bin/git": "", "bin/git": "" }));
    symlinkSync(join(tree, "bin"), join(other, "link"));
    mkdirSync(`${tree}-beside`);
    const path = [
      ...[join(tree, "node_modules/.bin"), tree, join(tree, "bin"), join(other, "link"), "bin", ".", ""],
      ...[join(other, "node_modules/.bin"), join(other, "bin"), `${tree}-beside`, "/nowhere"],
    ].join(delimiter);
    expect(trustedFolders(path, tree)).toEqual([join(other, "bin"), `${tree}-beside`, "/nowhere"]);
    expect(trustedFolders(path)).toContain(join(tree, "bin"));
  });

  it("is never an empty PATH, which would mean the current folder", () => {
    expect(trustedPath(undefined)).toBe("/nonexistent");
    expect(trustedPath("")).toBe("/nonexistent");
    expect(trustedPath(".")).toBe("/nonexistent");
  });
});
