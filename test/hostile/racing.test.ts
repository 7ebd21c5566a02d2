import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeInventory } from "../../pipeline/plan/inventory.ts";
import { refuseChanges } from "../../pipeline/plan/unchanged.ts";
import { contentOf } from "../../pipeline/tree/file-content.ts";
import { hostileTree } from "../support/hostile/place.ts";

let tree: ReturnType<typeof hostileTree>;
beforeEach(() => {
  tree = hostileTree([]);
});
afterEach(() => tree.remove());

const NOTES = "innocent/a/b/c/notes.md";

/** What a writer may do between the walk and the end of the scan. */
const CHANGES: Readonly<Record<string, { at: string; act(root: string): void }>> = {
  "other content": { at: NOTES, act: (root) => appendFileSync(join(root, NOTES), "x") },
  "other content of the same length": {
    at: NOTES,
    act: (root) => writeFileSync(join(root, NOTES), "# Votes\n\nNothing to see.\n"),
  },
  "a file that is gone": { at: NOTES, act: (root) => rmSync(join(root, NOTES)) },
  "a new file": { at: "innocent/new.txt", act: (root) => writeFileSync(join(root, "innocent/new.txt"), "") },
  "a new .git": { at: "innocent/.git", act: (root) => mkdirSync(join(root, "innocent/.git")) },
  "a link in a file's place, to the same bytes": {
    at: NOTES,
    act(root) {
      renameSync(join(root, NOTES), join(root, "../notes.md"));
      symlinkSync(join(root, "../notes.md"), join(root, NOTES));
    },
  },
  "a link in a folder's place, to the same bytes": {
    at: NOTES,
    act(root) {
      renameSync(join(root, "innocent/a/b"), join(root, "../b"));
      symlinkSync(join(root, "../b"), join(root, "innocent/a/b"));
    },
  },
  "a pipe in a file's place": {
    at: NOTES,
    act(root) {
      rmSync(join(root, NOTES));
      execFileSync("mkfifo", [join(root, NOTES)]);
    },
  },
  "a folder in a file's place": {
    at: NOTES,
    act(root) {
      rmSync(join(root, NOTES));
      mkdirSync(join(root, NOTES));
      writeFileSync(join(root, NOTES, "x"), "");
    },
  },
};

describe("a tree that changed after it was walked", () => {
  it.each(Object.entries(CHANGES))("is refused with the place: %s", (_what, { at, act }) => {
    const before = takeInventory(tree.root);
    refuseChanges(tree.root, before, { policy: [] });
    act(tree.root);
    expect(() => refuseChanges(tree.root, before, { policy: [] })).toThrow(
      expect.objectContaining({ code: "SOURCE_CHANGED", message: expect.stringMatching(new RegExp(`^${at}: `)) }),
    );
  });

  it("may have changed where nobody looks: in version control, the policy's folders and the run's own results", () => {
    const leaveOut = { policy: ["fixtures"], output: "out" };
    for (const folder of [".git", "fixtures"]) mkdirSync(join(tree.root, folder));
    const before = takeInventory(tree.root, leaveOut);
    mkdirSync(join(tree.root, "out"));
    for (const folder of [".git", "fixtures", "out"]) writeFileSync(join(tree.root, folder, "x"), "x");
    refuseChanges(tree.root, before, leaveOut);
  });
});

describe("a file that changes while it is read", () => {
  it("is named when it is gone, or a link, since its folder was read", () => {
    symlinkSync("settings.ts", join(tree.root, "innocent/link"));
    const at = (path: string) => contentOf(Buffer.from(join(tree.root, path)));
    expect(at("innocent/gone")).toEqual({ reason: "changed-while-read", detail: "ENOENT" });
    expect(at("innocent/settings.ts/below")).toEqual({ reason: "changed-while-read", detail: "ENOTDIR" });
    expect(at("innocent/link")).toEqual({ reason: "changed-while-read", detail: "ELOOP" });
    execFileSync("mkfifo", [join(tree.root, "pipe")]);
    expect(at("pipe")).toEqual({ reason: "special-file" });
  });

  it.skipIf(!existsSync("/proc/self/status"))(
    "is named when it holds more than its size says (skipped where there is no /proc)",
    () => {
      expect(contentOf(Buffer.from("/proc/self/status"))).toMatchObject({ reason: "changed-while-read" });
    },
  );

  it("is not followed for ever, and the rest of the tree is as before", async () => {
    const before = takeInventory(tree.root).files;
    const file = join(tree.root, "log.txt");
    writeFileSync(file, "x\n".repeat(1000));
    const writer = spawn("sh", ["-c", 'while :; do printf "%01000d" 1 >> log.txt; done'], {
      cwd: tree.root,
      stdio: "ignore",
    });
    try {
      for (let round = 0; round < 20; round++) {
        const { files, leftOut } = takeInventory(tree.root);
        expect(files.filter(({ path }) => path !== "log.txt")).toEqual(before);
        const named = leftOut.map(({ path, reason }) => `${path} ${reason}`);
        expect(files.length === before.length + 1 ? [] : ["log.txt changed-while-read"]).toEqual(named);
      }
    } finally {
      writer.kill("SIGKILL");
    }
  });
});
