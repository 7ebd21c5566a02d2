import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AdvisoriesLock } from "../../schemas/advisories-lock.ts";
import { GateError } from "../../schemas/error.ts";
import { readJson } from "../../schemas/read.ts";
import type { FoundSnapshot } from "./snapshot.ts";
import type { World } from "./world.ts";

/** Reads an advisories.lock.json. @throws GateError CONFIG_INVALID */
export function readLock(path: string, world: World): AdvisoriesLock {
  let text: string;
  try {
    text = readFileSync(resolve(world.cwd, path), "utf8");
  } catch (cause) {
    throw new GateError("CONFIG_INVALID", `${path}: can't be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
      next: "write it with supply-gate advisories bump --write, or leave --advisories-lock out",
    });
  }
  return readJson(AdvisoriesLock, text, path, "CONFIG_INVALID");
}

/** The text of the lock that pins a snapshot. */
export function lockText({ summary }: FoundSnapshot): string {
  const { snapshotId, newestModified } = summary;
  const ecosystems = Object.fromEntries(Object.entries(summary.ecosystems).sort(([a], [b]) => (a < b ? -1 : 1)));
  const lock: AdvisoriesLock = {
    schemaVersion: "supply-gate/advisories-lock-1",
    snapshotId,
    newestModified,
    ecosystems,
  };
  return `${JSON.stringify(lock, null, 2)}\n`;
}
