import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Hostile, isRoot } from "./hostile.ts";

const NAMES = ["LICENSE", "package-lock.json", "notes.txt", ".gitleaks.toml"];

/** A reader of a named pipe waits for a writer that never comes. */
export const NAMED_PIPES: Hostile = {
  name: "named pipes under names that every tool opens",
  make({ root }) {
    mkdirSync(join(root, "pipes"));
    for (const name of NAMES) execFileSync("mkfifo", [join(root, "pipes", name)]);
  },
  leftOut: Object.fromEntries(NAMES.map((name) => [`pipes/${name}`, "special-file"])),
};

/** Devices that give bytes without end. */
export const DEVICES: Hostile = {
  name: "device files that never end",
  unavailable: isRoot ? undefined : "only root can make device files",
  make({ root }) {
    mkdirSync(join(root, "devices"));
    for (const name of NAMES) execFileSync("mknod", [join(root, "devices", name), "c", "1", "5"]);
  },
  leftOut: Object.fromEntries(NAMES.map((name) => [`devices/${name}`, "special-file"])),
};
