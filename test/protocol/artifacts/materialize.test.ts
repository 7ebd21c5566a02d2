import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { materialize, saveBelow } from "../../../pipeline/protocol/artifacts/materialize.ts";
import type { StoredArtifact } from "../../../pipeline/protocol/artifacts/store.ts";
import { makeTree } from "../../support/tree.ts";
import { FACTS, madeStore } from "./made.ts";

function stored(payload: { bytes: string } | { folder: string } = { bytes: "text" }): StoredArtifact {
  const store = madeStore();
  return store.get(store.put(payload, FACTS).artifact_id);
}

const REFUSED = expect.objectContaining({ code: "OUTPUT_INVALID" });

describe("materialize", () => {
  it("D-09: saves a copy below the folder, whole, and nothing else", () => {
    const root = makeTree({});
    expect(materialize(stored(), root, "a/b/report.json")).toBe("a/b/report.json");
    expect(readFileSync(join(root, "a/b/report.json"), "utf8")).toBe("text");
    expect(readdirSync(join(root, "a/b"))).toEqual(["report.json"]);
  });

  it("D-06 D-09: saves a folder with all that is in it", () => {
    const root = makeTree({});
    expect(materialize(stored({ folder: makeTree({ "x/y": "1", z: "2" }) }), root, "tree")).toBe("tree");
    expect(readFileSync(join(root, "tree/x/y"), "utf8")).toBe("1");
    expect(readdirSync(root)).toEqual(["tree"]);
  });

  it.each(["", ".", "..", "../x", "a/../../x", "/etc/x", "x\0y"])(
    "D-09: refuses to leave the folder by %j",
    (target) => {
      const root = makeTree({});
      expect(() => materialize(stored(), root, target)).toThrow(REFUSED);
      expect(readdirSync(root)).toEqual([]);
    },
  );

  it("D-09: takes a path in full when it is below the folder", () => {
    const root = makeTree({});
    expect(materialize(stored(), root, join(root, "x"))).toBe("x");
  });

  it.each([
    ["a file", (path: string) => writeFileSync(path, "mine")],
    ["a folder", (path: string) => mkdirSync(path)],
    ["a link", (path: string) => symlinkSync("elsewhere", path)],
  ])("D-09: does not overwrite %s", (_what, make) => {
    const root = makeTree({});
    make(join(root, "x"));
    for (const each of [stored(), stored({ folder: makeTree({ a: "1" }) })])
      expect(() => materialize(each, root, "x")).toThrow(REFUSED);
    expect(readdirSync(root)).toEqual(["x"]);
    expect(existsSync(join(root, "elsewhere"))).toBe(false);
  });

  it("D-09: does not go through a link, or a file", () => {
    const outside = makeTree({});
    const root = makeTree({ file: "" });
    symlinkSync(outside, join(root, "link"));
    expect(() => materialize(stored(), root, "link/x")).toThrow(REFUSED);
    expect(() => materialize(stored(), root, "file/x")).toThrow(REFUSED);
    expect(readdirSync(outside)).toEqual([]);
  });

  it("D-09: does not overwrite what came while it wrote", () => {
    const root = makeTree({});
    const late = (temporary: string): void => {
      writeFileSync(temporary, "ours");
      writeFileSync(join(root, "x"), "theirs");
    };
    expect(() => saveBelow(root, "x", "file", late)).toThrow(REFUSED);
    expect([readdirSync(root), readFileSync(join(root, "x"), "utf8")]).toEqual([["x"], "theirs"]);
  });

  it("D-09: leaves nothing when writing fails", () => {
    const root = makeTree({});
    const failing = (temporary: string): void => {
      writeFileSync(temporary, "half");
      throw new Error("no more space");
    };
    expect(() => saveBelow(root, "x", "file", failing)).toThrow("no more space");
    expect(readdirSync(root)).toEqual([]);
  });

  it("D-10 D-13: does not let out a payload that is another one now", () => {
    const root = makeTree({});
    const changed = stored();
    writeFileSync(changed.payload, "changed since");
    expect(() => materialize(changed, root, "x")).toThrow(REFUSED);
    expect(readdirSync(root)).toEqual([]);
  });

  it("names the place where the file system refuses", () => {
    expect(() => materialize(stored(), join(makeTree({}), "none"), "x")).toThrow(
      expect.objectContaining({ code: "STORAGE_FAILED" }),
    );
  });
});
