import { linkSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Hostile, put, TOKEN_LINE } from "./hostile.ts";
import { INNOCENT } from "./innocent.ts";

/** A lockfile outside of the tree: what it names must not show in any document. */
export const OUTSIDE_PACKAGE = "supply-gate-outside";

const TARGETS: Readonly<Record<string, string>> = {
  self: "self",
  "ring-a": "ring-b",
  "ring-b": "ring-a",
  here: ".",
  up: "..",
  dead: "nowhere/at/all",
  "root-of-the-machine": "/",
  passwd: "/etc/passwd",
  zero: "/dev/zero",
  tool: "/tool",
  programs: "/usr/lib",
  process: "/proc/self/environ",
  config: "../../config",
  canary: "../../config/package-lock.json",
  output: "../../../out",
  "own-output": "../out",
  "innocent-again": `../${INNOCENT}`,
  long: `${"a/".repeat(1500)}b`,
};

/** Symbolic links of every sort; none is followed, each is named. */
export const SYMLINKS: Hostile = {
  name: "symbolic links: to themselves, in a ring, dead, absolute, out of the tree, to the gate's own folders",
  make({ root, outside }) {
    mkdirSync(join(root, "links"));
    for (const [name, target] of Object.entries(TARGETS)) symlinkSync(target, join(root, "links", name));
    const packages = { [`node_modules/${OUTSIDE_PACKAGE}`]: { version: "6.6.6" } };
    put(outside, "package-lock.json", JSON.stringify({ name: "outside", lockfileVersion: 3, packages }));
    put(outside, "token.txt", TOKEN_LINE);
    symlinkSync(outside, join(root, "links/outside"));
    symlinkSync(join(outside, "package-lock.json"), join(root, "links/package-lock.json"));
    symlinkSync(join(outside, "token.txt"), join(root, "links/token.txt"));
  },
  leftOut: Object.fromEntries(
    [...Object.keys(TARGETS), "outside", "package-lock.json", "token.txt"].map((name) => [`links/${name}`, "symlink"]),
  ),
};

/** A hard link is a file of the tree like any other, wherever else it has a name. */
export const HARD_LINKS: Hostile = {
  name: "hard links, within the tree and to a file outside of it",
  make({ root, outside }) {
    put(root, "hard/one.txt", TOKEN_LINE);
    linkSync(join(root, "hard/one.txt"), join(root, "hard/two.txt"));
    put(outside, "shared.txt", TOKEN_LINE);
    linkSync(join(outside, "shared.txt"), join(root, "hard/three.txt"));
  },
  secrets: ["hard/one.txt", "hard/two.txt", "hard/three.txt"],
};
