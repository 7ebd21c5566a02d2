import type { CellName, Cells, Split } from "../../schemas/cells.ts";
import type { Finding, Origin } from "../../schemas/finding.ts";
import { type Attributed, type Attribution, attribute } from "./attribute.ts";

/** Each finding's origin, by its id: of head's own `findings` (before policy), and of those that `extraFindings` adds. Waivers' own have none. */
export function originsOf(findings: readonly Finding[], cells: Cells): ReadonlyMap<string, Origin> {
  return new Map(
    attributed(findings, cells).flatMap(({ finding, attribution }) =>
      attribution === "fixed" ? [] : [[finding.id, attribution] as const],
    ),
  );
}

/** What only the newest advisories say about head, with its origin: findings of the verdict besides head's own. */
export function extraFindings(findings: readonly Finding[], cells: Cells): Finding[] {
  return attributed(findings, cells).flatMap(({ finding, attribution, cells: names }) =>
    attribution === "fixed" || names.includes("head-pinned") ? [] : [{ ...finding, origin: attribution }],
  );
}

/** The split of a verdict over `findings` of head (before policy, without the extra ones). */
export function splitOf(findings: readonly Finding[], cells: Cells): Split {
  const all = attributed(findings, cells);
  const untold = (cell: CellName) =>
    new Set(cells.problems.flatMap((problem) => (problem.cell === cell ? [problem.kind] : [])));
  // What a scan could not tell is not gone.
  const [unseen, unasked] = [untold("head-pinned"), untold("head-newest")];
  const own = all.filter(({ cells: names }) => names.includes("head-pinned"));
  const ids = (wanted: Attribution) => idsOf(all.filter(({ attribution }) => attribution === wanted));
  return {
    base: cells.base,
    newest: cells.newest,
    introduced: ids("introduced"),
    alreadyThere: ids("already-there"),
    newInAdvisories: ids("new-advisory"),
    fixed: sorted(
      all
        .filter(({ attribution }) => attribution === "fixed")
        .filter(({ finding: { kind } }) => !isIn(unseen, kind))
        .filter(({ finding: { kind }, cells: names }) => names.includes("base-pinned") || !isIn(unasked, kind))
        .map(({ finding }) => goneOf(finding)),
    ),
    withdrawn:
      cells.newest === null
        ? []
        : idsOf(own.filter(({ newest, finding: { kind } }) => newest === undefined && !isIn(unasked, kind))),
    restated: sorted(own.flatMap(restatedOf)),
    problems: cells.problems,
  };
}

function isIn(kinds: ReadonlySet<string | null>, kind: string): boolean {
  return kinds.has(kind) || kinds.has(null);
}

function attributed(findings: readonly Finding[], cells: Cells): Attributed[] {
  return attribute({ ...cells, headPinned: findings.filter(({ kind }) => kind !== "policy") });
}

function idsOf(of: readonly Attributed[]): string[] {
  return of.map(({ finding }) => finding.id).sort();
}

function goneOf({ id, ruleId, purl, title }: Finding): Split["fixed"][number] {
  return { id, ruleId, ...(purl === undefined ? {} : { purl }), title };
}

function restatedOf({ finding, newest }: Attributed): Split["restated"] {
  return newest === undefined || newest.rule === finding.rule
    ? []
    : [{ id: finding.id, from: finding.rule, to: newest.rule }];
}

function sorted<T extends { readonly id: string }>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
