import { GateError } from "../../schemas/error.ts";
import type { RejectedRecords, SnapshotEcosystem } from "../../schemas/snapshot.ts";

type Counted =
  | "withdrawn"
  | "unmatchable"
  | "merged"
  | "otherFiles"
  | "affectedElsewhere"
  | "affectedWithoutVersions"
  | "gitRangesRemoved"
  | "namesNormalised";

/** More names than this and the input is not OSV at all. */
const MAX_PLACES = 256;
const EXAMPLES = 3;

/** Counts for one ecosystem all that is changed, left out or merged while its database is built; independent of the order of the input. */
export class Tally {
  readonly count: Record<Counted, number> = {
    withdrawn: 0,
    unmatchable: 0,
    merged: 0,
    otherFiles: 0,
    affectedElsewhere: 0,
    affectedWithoutVersions: 0,
    gitRangesRemoved: 0,
    namesNormalised: 0,
  };
  readonly #origin: string;
  readonly #stripped = new Map<string, number>();
  readonly #rejected = new Map<string, string[]>();
  #newest = Date.parse("0001-01-01T00:00:00Z");

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** @throws GateError ADVISORIES_INVALID when the input has more than 256 kinds of unknown content. */
  strip(place: string): void {
    this.#bounded(this.#stripped.set(place, (this.#stripped.get(place) ?? 0) + 1));
  }

  /** @throws GateError ADVISORIES_INVALID when there are more than 256 different reasons. */
  reject(reason: string, name: string): void {
    const names = this.#rejected.get(reason) ?? [];
    names.push(name);
    this.#bounded(this.#rejected.set(reason, names));
  }

  date(time: number | null): void {
    if (time !== null && time > this.#newest) this.#newest = time;
  }

  /** All but what the finished zip adds. */
  sum(): Pick<SnapshotEcosystem, Counted | "newestModified" | "stripped" | "rejected"> {
    const stripped = Object.fromEntries([...this.#stripped].sort(byKey));
    const rejected: RejectedRecords[] = [...this.#rejected].sort(byKey).map(([reason, names]) => {
      return { reason, count: names.length, examples: names.sort().slice(0, EXAMPLES) };
    });
    return { ...this.count, newestModified: new Date(this.#newest).toISOString(), stripped, rejected };
  }

  #bounded(map: ReadonlyMap<string, unknown>): void {
    if (map.size <= MAX_PLACES) return;
    throw new GateError(
      "ADVISORIES_INVALID",
      `${this.#origin}: found more than ${MAX_PLACES} kinds of content that is not OSV, expected OSV records`,
      { next: "check that the file is an advisory database of osv.dev" },
    );
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
