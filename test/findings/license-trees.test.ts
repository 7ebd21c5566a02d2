import { describe, expect, it } from "vitest";
import { judgeLicense, type LicenseAnswer } from "../../pipeline/findings/license.ts";

/** From best to worst. */
const ORDER: readonly LicenseAnswer[] = ["allowed", "review", "unknown", "unparsable", "denied"];
const LISTS = {
  allow: ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception", "GPL-2.0-or-later"],
  deny: ["AGPL-3.0-only", "GPL-2.0-only WITH Classpath-exception-2.0"],
};

/** Units as people write them, with the answer that the lists give: deprecated ids, exceptions, or-later, references. */
const UNITS: readonly (readonly [text: string, answer: LicenseAnswer])[] = [
  ["MIT", "allowed"],
  ["mit", "allowed"],
  ["Apache-2.0", "review"],
  ["Apache-2.0 WITH LLVM-exception", "allowed"],
  ["GPL-2.0+", "allowed"],
  ["GPL-2.0", "review"],
  ["GPL-2.0-or-later", "allowed"],
  ["GPL-2.0-with-classpath-exception", "denied"],
  ["GPL-2.0-or-later WITH Classpath-exception-2.0", "review"],
  ["AGPL-3.0", "denied"],
  ["AGPL-3.0+", "review"],
  ["LicenseRef-scancode-unknown", "unknown"],
  ["LicenseRef-ours", "review"],
  ["DocumentRef-x:LicenseRef-ours", "review"],
];

type Tree = number | { readonly operator: "AND" | "OR"; readonly branches: readonly Tree[] };

/** Numbers that look drawn, the same each time (Park and Miller). */
function draws(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function drawn(draw: (below: number) => number, depth: number): Tree {
  if (depth === 0 || draw(4) === 0) return draw(UNITS.length);
  const branches = Array.from({ length: 2 + draw(2) }, () => drawn(draw, depth - 1));
  return { operator: draw(2) === 0 ? "AND" : "OR", branches };
}

function textOf(tree: Tree): string {
  if (typeof tree === "number") return UNITS[tree]?.[0] ?? "";
  return `(${tree.branches.map(textOf).join(` ${tree.operator} `)})`;
}

/** Every way to meet an expression, as the units that all hold then: as long as an expression can get, this takes for ever. */
function waysOf(tree: Tree): number[][] {
  if (typeof tree === "number") return [[tree]];
  const ways = tree.branches.map(waysOf);
  if (tree.operator === "OR") return ways.flat();
  return ways.reduce((all, next) => all.flatMap((one) => next.map((other) => [...new Set([...one, ...other])])));
}

function bruteForce(tree: Tree): LicenseAnswer {
  const rank = (unit: number) => ORDER.indexOf(UNITS[unit]?.[1] ?? "denied");
  return ORDER[Math.min(...waysOf(tree).map((way) => Math.max(...way.map(rank))))] as LicenseAnswer;
}

describe("the truth table of licences", () => {
  it.each(UNITS)("%s is %s", (text, answer) => {
    expect(judgeLicense(text, LISTS).answer).toBe(answer);
  });

  it.each(UNITS.flatMap(([one, a], at) => UNITS.slice(at).map(([other, b]) => [one, a, other, b] as const)))(
    "%s (%s) and %s (%s): AND the worse, OR the better",
    (one, a, other, b) => {
      const [best, worst] = [a, b].sort((x, y) => ORDER.indexOf(x) - ORDER.indexOf(y));
      expect(judgeLicense(`${one} AND ${other}`, LISTS).answer).toBe(worst);
      expect(judgeLicense(`${one} OR ${other}`, LISTS).answer).toBe(best);
    },
  );

  it("of three thousand drawn trees is what trying every way to meet them gives", () => {
    const draw = draws(42);
    const counts: Record<string, number> = {};
    for (let round = 0; round < 3000; round++) {
      const tree = drawn(draw, 3);
      const text = textOf(tree);
      const expected = bruteForce(tree);
      expect([text, judgeLicense(text, LISTS).answer]).toEqual([text, expected]);
      counts[expected] = (counts[expected] ?? 0) + 1;
    }
    expect(Object.keys(counts).sort()).toEqual(["allowed", "denied", "review", "unknown"]);
  });
});
