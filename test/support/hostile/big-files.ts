import { truncateSync } from "node:fs";
import { join } from "node:path";
import { type Hostile, put, TOKEN_LINE } from "./hostile.ts";

const MEBIBYTE = 1024 * 1024;

/** A file of which nearly nothing is on the disk, below the limit: it is read like any other. */
export const SPARSE: Hostile = {
  name: "a sparse file of 48 MiB with a token in front",
  make({ root }) {
    put(root, "sparse/small.txt", TOKEN_LINE);
    truncateSync(join(root, "sparse/small.txt"), 48 * MEBIBYTE);
  },
  secrets: ["sparse/small.txt"],
};

/** Costs its author nothing, and would cost every tool minutes. */
export const HUGE: Hostile = {
  name: "sparse files of 5 GiB, one of them a lockfile",
  make({ root }) {
    for (const path of ["huge/data.bin", "huge/package-lock.json"]) {
      put(root, path, "{");
      truncateSync(join(root, path), 5 * 1024 * MEBIBYTE);
    }
  },
  leftOut: { "huge/data.bin": "too-large", "huge/package-lock.json": "too-large" },
};

/** Larger than a lockfile can be, and smaller than the limit of a file. */
export const LARGE_LOCKFILE: Hostile = {
  name: "a lockfile of 100 MiB",
  make({ root }) {
    put(root, "large/yarn.lock", "# yarn lockfile v1\n");
    truncateSync(join(root, "large/yarn.lock"), 100 * MEBIBYTE);
  },
  broken: ["large/yarn.lock"],
};
