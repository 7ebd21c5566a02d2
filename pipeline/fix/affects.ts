import type { Affected } from "../../schemas/osv-record.ts";
import { packageKey, versionKey } from "../findings/package-key.ts";
import { compareVersions } from "../versions/compare.ts";

/** A package as OSV names it. */
export interface NamedPackage {
  readonly ecosystem: string;
  readonly name: string;
}

/** What of an advisory's `affected` speaks of a package. */
export function affectedOf(affected: readonly Affected[], { ecosystem, name }: NamedPackage): Affected[] {
  return affected.filter(
    ({ package: subject }) =>
      subject !== undefined &&
      subject.ecosystem.split(":")[0] === ecosystem &&
      packageKey(ecosystem, subject.name) === packageKey(ecosystem, name),
  );
}

/**
 * Whether an advisory is about a version (OSV schema 1.7, "Evaluation"): its list of versions names it, or one of its ranges holds it.
 * undefined where a range can't be read in the ecosystem's order: unknown is neither yes nor no.
 */
export function affects(affected: readonly Affected[], ecosystem: string, version: string): boolean | undefined {
  const answers = affected.flatMap(({ versions = [], ranges = [] }) => [
    ...versions.map((one) => versionKey(ecosystem, one) === versionKey(ecosystem, version)),
    ...ranges.filter(({ type }) => type !== "GIT").map(({ events = [] }) => isInside(events, ecosystem, version)),
  ]);
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

type Events = NonNullable<NonNullable<Affected["ranges"]>[number]["events"]>;

interface Step {
  readonly kind: "introduced" | "fixed" | "last_affected";
  readonly at: string;
}

function isInside(events: Events, ecosystem: string, version: string): boolean | undefined {
  const steps = events.flatMap((event) => stepOf(event) ?? []);
  const orders = new Map(
    steps.map((step) => [step, step.at === "0" ? 1 : compareVersions(ecosystem, version, step.at)]),
  );
  if ([...orders.values()].includes(undefined)) return undefined;
  const order = (step: Step) => orders.get(step) as -1 | 0 | 1;
  const limits = events.flatMap(({ limit }) => (limit === undefined || limit === "*" ? [] : [limit]));
  const belowLimit = limits.map((limit) => compareVersions(ecosystem, version, limit));
  if (belowLimit.includes(undefined)) return undefined;
  if (limits.length > 0 && !belowLimit.includes(-1)) return false;
  let inside = false;
  for (const step of sorted(steps, ecosystem)) {
    if (step.kind === "introduced" && order(step) >= 0) inside = true;
    if (step.kind === "fixed" && order(step) >= 0) inside = false;
    if (step.kind === "last_affected" && order(step) > 0) inside = false;
  }
  return inside;
}

function stepOf({ introduced, fixed, last_affected: last }: Events[number]): Step | undefined {
  if (introduced !== undefined) return { kind: "introduced", at: introduced };
  if (fixed !== undefined) return { kind: "fixed", at: fixed };
  return last === undefined ? undefined : { kind: "last_affected", at: last };
}

/** `0` stands before every version; where one range ends at a version and the next begins there, the end comes first. */
function sorted(steps: readonly Step[], ecosystem: string): Step[] {
  const rank = { fixed: 0, introduced: 1, last_affected: 2 } as const;
  return [...steps].sort((a, b) => {
    if (a.at === b.at) return rank[a.kind] - rank[b.kind];
    if (a.at === "0" || b.at === "0") return a.at === "0" ? -1 : 1;
    return (compareVersions(ecosystem, a.at, b.at) ?? 0) || rank[a.kind] - rank[b.kind];
  });
}
