/** Something that advisories' ids stand for, on one package version. */
export interface Named {
  readonly purl: string;
  readonly ids: readonly string[];
}

/** Groups of what speaks of one thing: the same purl, and ids in common over any chain of them. */
export function sameThings<T extends Named>(things: readonly T[]): T[][] {
  const byPurl = new Map<string, T[]>();
  for (const thing of things) {
    const known = byPurl.get(thing.purl);
    if (known === undefined) byPurl.set(thing.purl, [thing]);
    else known.push(thing);
  }
  return [...byPurl.values()].flatMap(connected);
}

function connected<T extends Named>(things: readonly T[]): T[][] {
  let groups: { readonly ids: ReadonlySet<string>; readonly things: readonly T[] }[] = [];
  for (const thing of things) {
    const meets = groups.filter(({ ids }) => thing.ids.some((id) => ids.has(id)));
    const joined = {
      ids: new Set([...meets.flatMap(({ ids }) => [...ids]), ...thing.ids]),
      things: [...meets.flatMap((group) => group.things), thing],
    };
    groups = [...groups.filter((group) => !meets.includes(group)), joined];
  }
  return groups.map((group) => [...group.things]);
}
