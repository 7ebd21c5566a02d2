import type { LockedHash } from "../../../schemas/license-fact.ts";

/** One archive as a lockfile locks it: what has any of the hashes is it. `name` and `version` as the lockfile's packages have them. */
export interface LockedArchive {
  readonly name: string;
  readonly version: string;
  readonly anyOf: readonly LockedHash[];
  /** Where the lockfile says that it is (npm), or the registry that it is from (crates.io). */
  readonly source?: string | undefined;
}
