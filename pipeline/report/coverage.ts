import type { CoverageFile } from "../../schemas/coverage.ts";
import type { Decision } from "../decide/decide.ts";
import { coverageSentence } from "../decide/summary.ts";

/**
 * `coverage.json`: for each job what there was to see, what the tool says it saw, and every difference by name;
 * for each lockfile the sets of packages as three readers see them.
 */
export function toCoverage({ jobs, lockfileSets }: Decision): CoverageFile {
  return {
    schemaVersion: "supply-gate/coverage-1",
    sentence: coverageSentence(jobs),
    jobs: jobs.map(({ kind, state, tool, canaries, coverage, gaps }) => ({
      kind,
      state,
      tool,
      canaries,
      parts: coverage?.parts ?? [],
      gaps,
    })),
    lockfiles: lockfileSets,
  };
}
