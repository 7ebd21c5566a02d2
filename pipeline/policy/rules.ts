import type { Mode } from "../../schemas/common.ts";
import type { Finding, Gap } from "../../schemas/finding.ts";
import type { EffectiveRule, Policy, RuleClass } from "../../schemas/policy.ts";
import { canonicalPurl, isPackage } from "../findings/canonical-purl.ts";

/** What a rule does, and which one it is, for people: `policy.yaml:14: no-agpl: block`. */
export interface Ruling<Effect extends string> {
  readonly effect: Effect;
  readonly because: string;
}

/** The first rule that fits a finding decides; what no rule speaks of blocks. */
export function rulingOn(finding: Finding, policy: Policy, mode: Mode): Ruling<"block" | "report"> {
  const rule = policy.rules.find((each) => speaksOf(each, finding.class, mode) && fitsFinding(each, finding));
  if (rule === undefined) return { effect: "block", because: `${policy.name}: no rule speaks of ${finding.rule}` };
  return { effect: rule.effect === "report" ? "report" : "block", because: wordsOf(rule) };
}

/** The first rule that fits a gap decides; what no rule speaks of makes its job incomplete. */
export function rulingOnGap(gap: Gap, policy: Policy, mode: Mode): Ruling<"incomplete" | "report"> {
  if (gap.code === "advisories-old") return ageRuling(gap, policy, mode);
  const rule = policy.rules.find(
    (each) =>
      speaksOf(each, "coverage", mode) &&
      (each.gap?.includes(gap.code) ?? true) &&
      (each.path?.some((path) => isBelow(gap.path, path)) ?? true),
  );
  return incompleteUnless(rule, policy, gap.code);
}

/**
 * How old the advisories may be: the first freshness rule of the mode that they are older than, and what it says.
 * An age that is not known (`null`: nobody said which date it is) is older than any.
 */
export function staleRule(ageDays: number | null, policy: Policy, mode: Mode): EffectiveRule | undefined {
  return policy.rules.find(
    ({ olderThanDays, ...rule }) =>
      speaksOf(rule, "freshness", mode) && (ageDays === null || ageDays > (olderThanDays ?? -1)),
  );
}

function ageRuling(gap: Gap, policy: Policy, mode: Mode): Ruling<"incomplete" | "report"> {
  const days = /^(\d+) days/.exec(gap.detail)?.[1];
  return incompleteUnless(staleRule(days === undefined ? null : Number(days), policy, mode), policy, gap.code);
}

function incompleteUnless(
  rule: EffectiveRule | undefined,
  policy: Policy,
  name: string,
): Ruling<"incomplete" | "report"> {
  if (rule === undefined) return { effect: "incomplete", because: `${policy.name}: no rule speaks of ${name}` };
  return { effect: rule.effect === "report" ? "report" : "incomplete", because: wordsOf(rule) };
}

function wordsOf({ at, id, effect, reason }: EffectiveRule): string {
  return `${at}: ${id}: ${effect}${reason === undefined ? "" : ` (${reason})`}`;
}

function speaksOf({ class: classes, modes }: Pick<EffectiveRule, "class" | "modes">, name: RuleClass, mode: Mode) {
  return [classes].flat().includes(name) && (modes?.includes(mode) ?? true);
}

function fitsFinding(rule: EffectiveRule, finding: Finding): boolean {
  const [, problem = ""] = finding.rule.split(".");
  return (
    among(rule.severity, finding.severity) &&
    among(rule.scope === undefined ? undefined : [rule.scope], finding.scope) &&
    among(rule.ecosystem, finding.purl === undefined ? undefined : canonicalPurl(finding.purl)?.ecosystem) &&
    (rule.purl?.some((purl) => isPackage(finding.purl, purl)) ?? true) &&
    fitsPlaces(rule, finding) &&
    (rule.ruleId?.some((id) => id === finding.ruleId || (finding.aliases?.includes(id) ?? false)) ?? true) &&
    among(rule.license, problem) &&
    among(rule.register, problem) &&
    among(rule.waiver, problem) &&
    among(rule.origin, finding.origin) &&
    (rule.kev === undefined || rule.kev === (finding.kev ?? false)) &&
    (rule.epssAtLeast === undefined || (finding.epss ?? -1) >= rule.epssAtLeast) &&
    (rule.fix === undefined || rule.fix === ((finding.fixedIn?.length ?? 0) > 0 ? "known" : "unknown"))
  );
}

function among<T extends string>(list: readonly T[] | undefined, found: string | undefined): boolean {
  return list === undefined || list.some((word) => word === found);
}

/** A rule that blocks speaks of a finding with one place below its paths; one that lets it pass, only when all of them are. */
function fitsPlaces({ path: paths, effect }: EffectiveRule, { locations }: Finding): boolean {
  if (paths === undefined) return true;
  const isInside = ({ path }: { path: string }) => paths.some((folder) => isBelow(path, folder));
  return effect === "block" ? locations.some(isInside) : locations.length > 0 && locations.every(isInside);
}

/** Whether a path is that file, or lies below that folder; `.` is the whole tree. */
export function isBelow(path: string, folder: string): boolean {
  return folder === "." || path === folder || path.startsWith(`${folder}/`);
}
