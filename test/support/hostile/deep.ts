import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { type Hostile, TOKEN_LINE } from "./hostile.ts";

/** The first level that is not walked any more. */
const LIMIT = 256;

/** A thousand folders, one in the other: more than scancode's own walk survives. */
export const DEEP: Hostile = {
  name: "a thousand folders, one in the other",
  make: ({ root }) => nested(root, "d", 1000),
  leftOut: {
    [Array(LIMIT + 1)
      .fill("d")
      .join("/")]: "too-deep",
  },
};

const LONG = "l".repeat(255);

/** Paths that no call to the system can name as a whole. */
export const LONG_PATHS: Hostile = {
  name: "paths longer than the system can name",
  make: ({ root }) => nested(root, LONG, 40),
  leftOut: { [Array(12).fill(LONG).join("/")]: "too-deep" },
};

/** Goes down step by step: beyond 4,096 bytes there is no other way. */
function nested(root: string, name: string, levels: number): void {
  const before = process.cwd();
  try {
    process.chdir(root);
    for (let level = 0; level < levels; level++) {
      mkdirSync(name);
      process.chdir(name);
    }
    const file = openSync("bottom.txt", "w");
    writeSync(file, TOKEN_LINE);
    closeSync(file);
  } finally {
    process.chdir(before);
  }
}
