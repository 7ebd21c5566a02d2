import type { Severity } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import { meantLicense } from "./meant-license.ts";
import { expressionOf, type LicenseTree, readExpression } from "./spdx-expression.ts";
import { visible } from "./visible.ts";

export type LicenseAnswer = "allowed" | "denied" | "review" | "unknown" | "unparsable";

/** What the policy says to a licence: `expression` in canonical spelling where it is one, and the reason for people. */
export interface LicenseVerdict {
  readonly answer: LicenseAnswer;
  readonly expression?: string;
  readonly because: string;
}

export interface LicenseLists {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Denied and for review are known; what is unknown or can't be read may be worse than any of them. */
export const LICENSE_SEVERITY = {
  allowed: "none",
  review: "low",
  unknown: "unknown",
  unparsable: "unknown",
  denied: "high",
} as const satisfies Record<LicenseAnswer, Severity>;

/**
 * Judges a licence as it is stated, in linear time: AND counts as its worst part, OR as its best branch, a licence WITH an exception and
 * `X+` only as themselves. What neither list names is for review; nothing that is unknown or can't be read is ever allowed.
 *
 * @throws GateError POLICY_INVALID when an entry of a list is not a single licence: it would never match, silently.
 */
export function judgeLicense(raw: string | null, lists: LicenseLists): LicenseVerdict {
  const stated = raw?.trim() ?? "";
  const sets = { allow: unitsOf(lists.allow, "allow"), deny: unitsOf(lists.deny, "deny") };
  if (stated === "") return { answer: "unknown", because: "no licence is stated" };
  if (/^(NOASSERTION|NONE|UNKNOWN)$/i.test(stated))
    return { answer: "unknown", because: `${stated} says that no licence is known` };
  if (/^SEE LICEN[CS]E IN\b/i.test(stated))
    return { answer: "unknown", because: `the licence is in a file: "${shown(stated)}"` };
  if (/^UNLICENSED$/i.test(stated)) return verdictOf({ unit: UNLICENSED }, sets);
  const tree = readExpression(stated);
  if (!("reason" in tree)) return verdictOf(tree, sets);
  const hint = meantLicense(stated);
  const meant = hint === undefined ? "" : `; did you mean "${hint}"?`;
  return {
    answer: "unparsable",
    because: `"${shown(stated)}" is no SPDX expression (${visible(tree.reason).slice(0, 200)})${meant}`,
  };
}

/**
 * Several licences stated for one thing all count, as if joined by AND; none at all is unknown.
 * @throws GateError POLICY_INVALID
 */
export function judgeLicenses(stated: readonly string[], lists: LicenseLists): LicenseVerdict {
  if (stated.length === 0) return judgeLicense(null, lists);
  const verdicts = stated.map((raw) => judgeLicense(raw, lists));
  const worst = verdicts.reduce((a, b) => (RANK[b.answer] > RANK[a.answer] ? b : a));
  if (stated.length === 1) return worst;
  const { answer, because } = worst;
  const trees = stated.map(readExpression).flatMap((tree) => ("reason" in tree ? [] : [tree]));
  const readable = trees.length === stated.length;
  return { answer, because, ...(readable ? { expression: expressionOf({ operator: "AND", branches: trees }) } : {}) };
}

/** From best to worst. Unparsable stands above unknown: it also says nothing, and somebody has to correct it. */
const RANK = { allowed: 0, review: 1, unknown: 2, unparsable: 3, denied: 4 } as const satisfies Record<
  LicenseAnswer,
  number
>;

/** npm's word for "no permission is given": what it says is known, so it can be listed; otherwise somebody looks at it. */
const UNLICENSED = "UNLICENSED";

interface Units {
  readonly allow: ReadonlySet<string>;
  readonly deny: ReadonlySet<string>;
}

function unitsOf(entries: readonly string[], list: "allow" | "deny"): ReadonlySet<string> {
  return new Set(
    entries.map((entry) => {
      const tree = entry === UNLICENSED ? { unit: entry } : readExpression(entry);
      if ("unit" in tree) return tree.unit;
      const found = "reason" in tree ? tree.reason : "a compound expression";
      const next = "write one SPDX id (with its exception, if any) per entry";
      throw new GateError(
        "POLICY_INVALID",
        `licenses.${list}: "${shown(entry)}": found ${found}, expected a single licence`,
        { next },
      );
    }),
  );
}

function verdictOf(tree: LicenseTree, units: Units): LicenseVerdict {
  return { ...judgeTree(tree, units), expression: expressionOf(tree) };
}

function judgeTree(tree: LicenseTree, units: Units): { answer: LicenseAnswer; because: string } {
  if ("unit" in tree) return judgeUnit(tree.unit, units);
  const judged = tree.branches.map((branch) => ({ branch, ...judgeTree(branch, units) }));
  const pick = (sign: 1 | -1) => judged.reduce((a, b) => ((RANK[b.answer] - RANK[a.answer]) * sign > 0 ? b : a));
  if (tree.operator === "OR") {
    const best = pick(-1);
    if (best.answer === "allowed")
      return { answer: "allowed", because: `the branch ${expressionOf(best.branch)}: ${best.because}` };
    return { answer: best.answer, because: `no branch of ${expressionOf(tree)} is allowed: ${best.because}` };
  }
  const worst = pick(1);
  return {
    answer: worst.answer,
    because: worst.answer === "allowed" ? "every part is on the allow list" : worst.because,
  };
}

function judgeUnit(unit: string, { allow, deny }: Units): { answer: LicenseAnswer; because: string } {
  if (deny.has(unit)) return { answer: "denied", because: `${unit} is on the deny list` };
  if (UNKNOWN_REFERENCE.test(unit))
    return { answer: "unknown", because: `${unit} says that there is a licence, but not which` };
  if (allow.has(unit)) return { answer: "allowed", because: `${unit} is on the allow list` };
  return { answer: "review", because: `${unit} is on neither list` };
}

/** Names by which scancode and others say that they do not know; an allow list can't make them known. */
const UNKNOWN_REFERENCE = /LicenseRef-.*unknown|LicenseRef-scancode-no-license$/i;

function shown(text: string): string {
  const line = visible(text);
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
