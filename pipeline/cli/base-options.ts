import type { Argv } from "yargs";
import { GateError } from "../../schemas/error.ts";

/** What a run is compared with, and by which advisories. */
export interface SplitOptions {
  /** A commit, a folder with a tree, or the results of an earlier run. */
  readonly base?: string | undefined;
  /** A newer advisory snapshot than the pinned one, or `auto`. */
  readonly newest?: string | undefined;
  /** The file that pins the snapshot of this run. */
  readonly advisoriesLock?: string | undefined;
}

/** Options of `run` that split its verdict by whose fault a finding is. */
export function splitOptions<T>(y: Argv<T>) {
  return y
    .option("base", {
      type: "string",
      describe: "compare with a commit, a folder, or the results of an earlier run: whose fault is each finding",
    })
    .option("newest", {
      type: "string",
      describe: "with --base: a newer advisory snapshot than the pinned one, or auto for the newest of the cache",
    })
    .option("advisories-lock", {
      type: "string",
      describe: "advisories.lock.json that pins the snapshot (supply-gate advisories bump)",
    });
}

/**
 * What `--newest` comes to: with a base and a lock `auto` unless it is stated, since a lock grows old in silence.
 * @throws GateError USAGE_INVALID without a base
 */
export function newestAsked({ base, newest, advisoriesLock }: SplitOptions): string | undefined {
  if (base === undefined && newest !== undefined) {
    throw new GateError("USAGE_INVALID", "--newest: found no --base, without which there is nothing to split", {
      next: "name what to compare with (--base), or see what is new with supply-gate advisories bump",
    });
  }
  return newest ?? (base !== undefined && advisoriesLock !== undefined ? "auto" : undefined);
}
