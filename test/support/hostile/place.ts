import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hostile, HostilePlace } from "./hostile.ts";
import { makeInnocent } from "./innocent.ts";

/** A tree that holds the innocent one and the given hostile things. */
export function hostileTree(things: readonly Hostile[]): HostilePlace & { ranAnything(): boolean; remove(): void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "supply-gate-hostile-")));
  const place = { root: join(folder, "tree"), outside: join(folder, "outside"), marker: join(folder, "marker") };
  mkdirSync(place.root);
  mkdirSync(place.outside);
  makeInnocent(place.root);
  for (const thing of things) thing.make(place);
  return {
    ...place,
    ranAnything: () => existsSync(place.marker),
    // Node's own removal can't name paths of more than 4,096 bytes.
    remove: () => execFileSync("rm", ["-rf", folder]),
  };
}

/** The hostile things that can be made here, and those that can't, with the reason in their title. */
export function titled(things: readonly Hostile[]): { title: string; thing: Hostile; skipped: boolean }[] {
  return things.map((thing) => ({
    title: thing.unavailable === undefined ? thing.name : `${thing.name} (skipped: ${thing.unavailable})`,
    thing,
    skipped: thing.unavailable !== undefined,
  }));
}
