import type { Tried } from "./case.ts";

/** Everything that was tried, as the command says it. `green`: ended PASSED, lost something, or broke the gate. */
export interface Sum {
  /** Cases that had to be noticed. */
  readonly cases: number;
  readonly green: readonly Tried[];
  readonly known: readonly Tried[];
  readonly unread: number;
}

/** Counts what was tried. */
export function sumOf(tried: readonly Tried[]): Sum {
  const green = tried.filter(({ result }) => result === "green" || result === "lost" || result === "crashed");
  const known = tried.filter(({ result }) => result === "known");
  const noticed = tried.filter(({ result }) => result === "noticed").length;
  return { cases: noticed + green.length, green, known, unread: tried.length - noticed - green.length - known.length };
}

/** The table: kind, group, cases, what noticed them; then what can't be noticed, with the reason; then the greens; last line `0 of N green`. */
export function tableText(tried: readonly Tried[]): string {
  const { cases, green, known, unread } = sumOf(tried);
  const lines = [
    ...rowsOf(tried.filter(({ result }) => result === "noticed")),
    "",
    `${unread} changes leave the evidence as it was: nobody reads what they change`,
    `${known.length} changes can't be noticed (docs/threat-model.md):`,
    ...reasonsOf(known),
    ...green.map((each) => `GREEN  ${each.kind}  ${each.run}  ${each.group}: ${each.name}: ${endOf(each)}`),
    "",
    `${green.length} of ${cases} green`,
  ];
  return `${lines.join("\n")}\n`;
}

const MOST = 3;

function rowsOf(noticed: readonly Tried[]): string[] {
  const groups = grouped(noticed, ({ kind, group }) => `${kind}\n${group}`);
  const rows = [...groups].map(([key, cases]) => {
    const [kind = "", group = ""] = key.split("\n");
    const ways = [...grouped(cases, ({ outcome }) => outcome.noticed)].sort(([, a], [, b]) => b.length - a.length);
    const shown = ways.slice(0, MOST).map(([way, list]) => `${way} ${list.length}`);
    const more = ways.length > MOST ? [`${ways.length - MOST} other ways`] : [];
    return [kind, group, String(cases.length), [...shown, ...more].join("; ")] as const;
  });
  const all = [["kind", "attack", "cases", "noticed as"] as const, ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all.map(([kind, group, count, ways]) =>
    [kind.padEnd(widths[0] ?? 0), group.padEnd(widths[1] ?? 0), count.padStart(widths[2] ?? 0), ways]
      .join("  ")
      .trimEnd(),
  );
}

function reasonsOf(known: readonly Tried[]): string[] {
  const groups = grouped(known, ({ kind, group, unnoticed }) => `  ${kind}, ${group}: ${unnoticed}`);
  return [...groups].map(([text, cases]) => `${text} (${cases.length})`);
}

function endOf({ outcome, result }: Tried): string {
  return result === "lost" ? `lost: ${outcome.lost.join(", ")}` : outcome.noticed;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
