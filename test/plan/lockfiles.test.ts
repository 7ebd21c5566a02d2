import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { takeInventory } from "../../pipeline/plan/inventory.ts";
import { readLockfiles } from "../../pipeline/plan/lockfiles.ts";
import { makeTree } from "../support/tree.ts";

function read(files: Record<string, string>) {
  const root = makeTree(files);
  return readLockfiles(root, takeInventory(root));
}

const names = ({ lockfiles }: ReturnType<typeof read>) =>
  lockfiles.map(({ path, packages }) => `${path}: ${packages.map(({ name }) => name).join(" ")}`);

describe("readLockfiles", () => {
  it("hands a reader the files that it asks for, and names them as companions", () => {
    const found = read({
      "app/requirements.txt": "-r ../shared/base.txt\none==1.0\n",
      "shared/base.txt": "two==2.0\n",
      "shared/unused.txt": "three==3.0\n",
    });
    expect(names(found)).toEqual(["app/requirements.txt: one two"]);
    expect(found.companions).toEqual({ "app/requirements.txt": ["shared/base.txt"] });
  });

  it.each(["../outside.txt", "../../../etc/passwd", "/etc/passwd", "none.txt"])(
    "leaves the include %s unread and says so",
    (include) => {
      const { lockfiles, companions } = read({ "requirements.txt": `-r ${include}\none==1.0\n` });
      expect(lockfiles[0]?.gaps).toMatchObject([{ code: "missing-include" }]);
      expect(companions).toEqual({ "requirements.txt": [] });
    },
  );

  it("passes over lockfiles inside installed dependencies", () => {
    const found = read({ "requirements.txt": "one==1.0\n", "node_modules/x/requirements.txt": "two==2.0\n" });
    expect(names(found)).toEqual(["requirements.txt: one"]);
  });

  it("keeps a broken lockfile with its place, and reads the others", () => {
    const found = read({ "a/package-lock.json": '{"lockfileVersion": 3,', "requirements.txt": "one==1.0\n" });
    expect(names(found)).toEqual(["requirements.txt: one"]);
    expect(found.broken).toEqual([
      {
        code: "lockfile-unread",
        message: expect.stringMatching(/^a\/package-lock\.json/),
        next: expect.stringContaining(""),
      },
    ]);
  });

  it("refuses a lockfile, or a file that it includes, that changed since the inventory was taken", () => {
    const root = makeTree({ "requirements.txt": "-r base.txt\n", "base.txt": "one==1.0\n" });
    const inventory = takeInventory(root);
    writeFileSync(join(root, "base.txt"), "two==2.0\n");
    expect(() => readLockfiles(root, inventory)).toThrow(
      expect.objectContaining({ code: "SOURCE_CHANGED", message: expect.stringMatching(/^base\.txt: changed/) }),
    );
  });
});
