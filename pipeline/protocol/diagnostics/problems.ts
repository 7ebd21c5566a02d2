import type { Diagnostic, DiagnosticSeverity } from "../../../schemas/protocol/diagnostic.ts";

/** Diagnostics that are the same problem, with how often it came (E-04, E-12). */
export interface ProblemGroup extends Pick<Diagnostic, "fingerprint" | "severity" | "code" | "title" | "message"> {
  readonly count: number;
  readonly tool: string | null;
  readonly waived: boolean;
  /** `path:line` of the first place that is in a file. */
  readonly where: string | null;
  readonly first_seen: string;
  readonly last_seen: string;
  /** Of the diagnostics and jobs, sorted: raw instances stay to be found by id. */
  readonly ids: readonly string[];
  readonly job_ids: readonly string[];
}

/** Groups diagnostics by fingerprint: the worst first, then by code, title and fingerprint. */
export function problemsOf(diagnostics: readonly Diagnostic[]): ProblemGroup[] {
  const groups = new Map<string, Diagnostic[]>();
  for (const each of diagnostics) {
    const group = groups.get(each.fingerprint) ?? [];
    groups.set(each.fingerprint, group);
    group.push(each);
  }
  return [...groups.values()].map(groupOf).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function groupOf(group: readonly Diagnostic[]): ProblemGroup {
  const sorted = [...group].sort((a, b) => (a.id < b.id ? -1 : 1));
  const { fingerprint, severity, code, title, message, tool, tags, locations } = sorted[0] as Diagnostic;
  const times = group.map(({ timestamp }) => timestamp).sort();
  const place = locations?.find(({ path }) => path !== undefined);
  const line = place?.range === undefined ? "" : `:${place.range.startLine}`;
  return {
    fingerprint,
    severity,
    code,
    title,
    message,
    count: group.reduce((sum, { count }) => sum + (count ?? 1), 0),
    tool: tool ?? null,
    waived: tags?.includes("waived") ?? false,
    where: place === undefined ? null : `${place.path}${line}`,
    first_seen: times[0] ?? "",
    last_seen: times.at(-1) ?? "",
    ids: sorted.map(({ id }) => id),
    job_ids: [...new Set(sorted.flatMap(({ job_id }) => job_id ?? []))].sort(),
  };
}

const RANK: Readonly<Record<DiagnosticSeverity, number>> = { fatal: 0, error: 1, warning: 2, info: 3, hint: 4 };

function keyOf({ severity, code, title, fingerprint }: ProblemGroup): string {
  return [RANK[severity], code, title, fingerprint].join("\u0000");
}
