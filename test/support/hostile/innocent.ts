import { put } from "./hostile.ts";

const TOKEN = ["ghp", "x7Qp2LmZ9vTr4KsW1nBy8HcD5fGj3RtA6uEo"].join("_");

/** Everything that the gate has to say about the innocent tree lies below this folder. */
export const INNOCENT = "innocent";

/** A small tree with one finding of each kind: a token, two vulnerable packages, a licence that is denied. */
export function makeInnocent(root: string): void {
  put(root, `${INNOCENT}/settings.ts`, `export const token = "${TOKEN}";\n`);
  put(root, `${INNOCENT}/package-lock.json`, JSON.stringify(LOCKFILE));
  put(root, `${INNOCENT}/requirements.txt`, "supply-gate-demo-queue==3.2.0\n");
  put(root, `${INNOCENT}/server.c`, "/* SPDX-License-Identifier: SSPL-1.0 */\nint main(void) { return 0; }\n");
  put(root, `${INNOCENT}/a/b/c/notes.md`, "# Notes\n\nNothing to see.\n");
}

const LOCKFILE = {
  name: "innocent",
  version: "1.0.0",
  lockfileVersion: 3,
  packages: {
    "": { name: "innocent", version: "1.0.0", dependencies: { "@supply-gate-demo/parser": "^1.0.0" } },
    "node_modules/@supply-gate-demo/charts": { version: "2.1.0", license: "AGPL-3.0-only" },
    "node_modules/@supply-gate-demo/parser": { version: "1.0.3", license: "MIT" },
  },
};
