import type { OsvVulnerability } from "../../../schemas/osv-scanner.ts";

/**
 * Records that speak of one vulnerability: those that share an id or an alias, over any chain of them.
 * Groups and their members are sorted by id. (osv-scanner's own grouping depends on the order of odd alias chains.)
 */
export function aliasGroups(records: readonly OsvVulnerability[]): OsvVulnerability[][] {
  const parent = new Map<string, string>();
  const rootOf = (id: string): string => {
    let at = id;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    return at;
  };
  for (const { id, aliases } of records) {
    for (const name of [id, ...(aliases ?? [])]) {
      if (!parent.has(name)) parent.set(name, name);
      parent.set(rootOf(name), rootOf(id));
    }
  }
  const groups = new Map<string, OsvVulnerability[]>();
  for (const record of [...records].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const root = rootOf(record.id);
    groups.set(root, [...(groups.get(root) ?? []), record]);
  }
  return [...groups.values()];
}

/** The id that stands for the group: its lowest CVE, else GHSA, else lowest id of any kind. */
export function canonicalId(group: readonly OsvVulnerability[]): string {
  const ids = allIds(group);
  const first = ["MAL-", "CVE-", "GHSA-"].flatMap((prefix) => ids.filter((id) => id.startsWith(prefix)).slice(0, 1));
  return first[0] ?? (ids[0] as string);
}

/** Every id and alias of the group, sorted. */
export function allIds(group: readonly OsvVulnerability[]): string[] {
  return [...new Set(group.flatMap(({ id, aliases }) => [id, ...(aliases ?? [])]))].sort();
}
