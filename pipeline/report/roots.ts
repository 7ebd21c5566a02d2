import type { Components } from "../../schemas/component.ts";

/**
 * The components that the tree itself is said to need: all that no other component needs, and of each ring that nothing else reaches one,
 * the first by code unit. From these every component is reached.
 */
export function rootsOf({ components, dependencies }: Components): string[] {
  const edges = new Map(dependencies.map(({ purl, dependsOn }) => [purl, dependsOn]));
  const needed = new Set(dependencies.flatMap(({ purl, dependsOn }) => dependsOn.filter((target) => target !== purl)));
  const purls = components.map(({ purl }) => purl).sort();
  const roots = purls.filter((purl) => !needed.has(purl));
  const reached = new Set<string>();
  for (const root of roots) reach(root, edges, reached);
  for (const purl of purls) {
    if (reached.has(purl)) continue;
    roots.push(purl);
    reach(purl, edges, reached);
  }
  return roots.sort();
}

function reach(from: string, edges: ReadonlyMap<string, readonly string[]>, reached: Set<string>): void {
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    open.push(...(edges.get(next) ?? []));
  }
}
