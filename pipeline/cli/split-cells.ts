import type { CellName, CellProblem, Cells } from "../../schemas/cells.ts";
import type { Finding } from "../../schemas/finding.ts";
import type { DecisionInput } from "../decide/decide.ts";
import { componentsOf, type JudgedJob, judgeJobs } from "../decide/jobs.ts";
import { digestOf } from "../findings/digest.ts";
import type { Scrubber } from "../leaks/scrub.ts";
import { ADVISED } from "../split/attribute.ts";
import { byAdvisoriesOf } from "./base-results.ts";
import { scrubbedInput } from "./scrubbed-input.ts";
import type { SplitRun } from "./split-run.ts";

/** The cells as a decision about head takes them: what each found before policy, without the found secrets. @param head as it was found */
export function cellsOf(run: SplitRun, head: DecisionInput, scrubber: Scrubber): Cells {
  const headInput = scrubbedInput(head, scrubber);
  const baseInput = scrubbedInput(run.basePinned, scrubber);
  const own = judged(headInput);
  const asked = new Set(own.filter(({ state }) => state === "judged").map(({ kind }) => kind));
  // What head was not asked is neither there nor gone.
  const base = judged(baseInput).filter(({ kind }) => asked.has(kind));
  const headNewest = run.headNewest === null ? null : judged(scrubbedInput(run.headNewest, scrubber));
  const baseNewest = run.baseNewest === null ? null : judged(scrubbedInput(run.baseNewest, scrubber));
  const basePinned = findingsOf(base);
  const pinnedId = head.plan.advisories?.snapshotId;
  const isOther = run.place.kind === "results" && run.basePinned.plan.advisories?.snapshotId !== pinnedId;
  const problems = [
    ...problemsOf("head-pinned", own, []),
    ...problemsOf("base-pinned", base, own),
    ...(headNewest === null ? [] : problemsOf("head-newest", headNewest, own)),
    ...(baseNewest === null ? [] : problemsOf("base-newest", baseNewest, [...own, ...base])),
  ];
  const advisedHead = headNewest === null ? null : findingsOf(headNewest);
  return {
    schemaVersion: "supply-gate/cells-1",
    base: { kind: run.place.kind, name: scrubber.text(run.place.name), inventorySha256: digestOf(baseInput.inventory) },
    newest: advisedHead === null || run.newest === null ? null : newestOf(run.newest.summary),
    basePinned: isOther
      ? [
          ...basePinned.filter(({ kind }) => kind !== ADVISED),
          ...byAdvisoriesOf(findingsOf(own), baseInput, basePinned),
        ]
      : basePinned,
    baseNewest: baseNewestOf(baseNewest, advisedHead, baseInput, basePinned),
    headNewest: advisedHead,
    sameSecrets: sameIds(run, own, base),
    problems,
  };
}

function judged(input: DecisionInput): JudgedJob[] {
  return judgeJobs(input, componentsOf(input));
}

function findingsOf(jobs: readonly JudgedJob[]): Finding[] {
  return jobs.flatMap(({ findings }) => findings);
}

function newestOf({ snapshotId, newestModified }: { snapshotId: string; newestModified: string }) {
  return { snapshotId, newestModified };
}

function baseNewestOf(
  ran: readonly JudgedJob[] | null,
  headNewest: readonly Finding[] | null,
  base: DecisionInput,
  basePinned: readonly Finding[],
): Finding[] | null {
  if (ran !== null) return findingsOf(ran);
  return headNewest === null ? null : byAdvisoriesOf(headNewest, base, basePinned);
}

/** What a cell could not say that another cell could. */
function problemsOf(cell: CellName, jobs: readonly JudgedJob[], others: readonly JudgedJob[]): CellProblem[] {
  const keyOf = (kind: string, message: string) => `${kind}\n${message}`;
  const known = new Set(others.flatMap(({ kind, problems }) => problems.map(({ message }) => keyOf(kind, message))));
  return jobs.flatMap(({ kind, problems }) =>
    problems.filter(({ message }) => !known.has(keyOf(kind, message))).map(({ message }) => ({ cell, kind, message })),
  );
}

/** Each secret of the evidence is one finding, in the same order. */
function sameIds(
  { sameSecrets }: SplitRun,
  head: readonly JudgedJob[],
  base: readonly JudgedJob[],
): Cells["sameSecrets"] {
  const [inHead, inBase] = [head, base].map(
    (jobs) => jobs.find(({ kind }) => kind === "secret_scan")?.findings ?? [],
  ) as [readonly Finding[], readonly Finding[]];
  return sameSecrets.flatMap((same) => {
    const id = inHead[same.head]?.id;
    const baseId = same.base === null ? null : inBase[same.base]?.id;
    return id === undefined || baseId === undefined ? [] : [{ head: id, base: baseId }];
  });
}
