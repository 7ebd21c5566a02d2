import type { Cells } from "../../schemas/cells.ts";
import type { Finding } from "../../schemas/finding.ts";
import { withoutVersion } from "../findings/canonical-purl.ts";

/** Findings of one cell that another cell has too, each with the other's. */
export type Pairs = ReadonlyMap<Finding, Finding>;

/**
 * Pairs findings about the same tree: the same id, or the same package version and an advisory that shares an id or alias. A snapshot that
 * learns of a CVE names the same thing by another id.
 */
export function pairsInTree(findings: readonly Finding[], others: readonly Finding[]): Pairs {
  const find = finder(others);
  return new Map(findings.flatMap((finding) => pair(finding, find(finding)[0])));
}

/**
 * Pairs findings of head with those of base. Secrets are the same when their texts are: `sameSecrets`. What is for development only in base
 * and part of the program in head is not the same; a package that is there in another version, with the same against it, is.
 */
export function pairsAcross(
  head: readonly Finding[],
  base: readonly Finding[],
  sameSecrets: Cells["sameSecrets"],
): Pairs {
  const secrets = new Map(sameSecrets.map((same) => [same.head, same.base]));
  const baseById = new Map(base.map((finding) => [finding.id, finding]));
  const find = finder(base);
  const pairs = new Map(
    head.flatMap((finding) => {
      if (finding.class !== "secret")
        return pair(
          finding,
          find(finding).find((other) => !isWider(finding, other)),
        );
      const same = secrets.get(finding.id);
      // Only the history of base holds it: it stands for itself.
      return same === null ? pair(finding, finding) : pair(finding, baseById.get(same ?? ""));
    }),
  );
  pairMoved(head, base, pairs);
  return pairs;
}

function pair(finding: Finding, other: Finding | undefined): [Finding, Finding][] {
  return other === undefined ? [] : [[finding, other]];
}

/** Looks up what says the same about the same package version, or has the same id. */
function finder(among: readonly Finding[]): (finding: Finding) => readonly Finding[] {
  const byName = new Map<string, Finding[]>();
  for (const finding of among)
    for (const name of namesOf(finding)) byName.set(name, [...(byName.get(name) ?? []), finding]);
  return (finding) => [...new Set(namesOf(finding).flatMap((name) => byName.get(name) ?? []))];
}

function namesOf(finding: Finding): string[] {
  return [finding.id, ...advisoriesOf(finding).map((id) => `${finding.purl}\n${id}`)];
}

function advisoriesOf({ class: name, purl, ruleId, aliases = [] }: Finding): string[] {
  if (purl === undefined || !ADVISED.has(name)) return [];
  return [...new Set([ruleId, ...aliases])];
}

const ADVISED: ReadonlySet<string> = new Set(["malware", "vulnerability", "informational"]);

/** Whoever made it part of the program brought it there. */
function isWider(head: Finding, base: Finding): boolean {
  return head.scope === "runtime" && base.scope === "development";
}

/** Pairs what is left: base's place or version of it is gone, and head has another in its stead. Each of base stands for one. */
function pairMoved(head: readonly Finding[], base: readonly Finding[], pairs: Map<Finding, Finding>): void {
  const taken = new Set(pairs.values());
  const left = new Map<string, Finding[]>();
  for (const other of base) {
    if (taken.has(other) || other.class === "secret") continue;
    left.set(subjectOf(other), [...(left.get(subjectOf(other)) ?? []), other]);
  }
  for (const finding of head) {
    if (pairs.has(finding) || finding.class === "secret") continue;
    const candidates = left.get(subjectOf(finding)) ?? [];
    const before = candidates.find((other) => isOtherVersion(finding, other) || isPart(finding, other));
    if (before === undefined) continue;
    candidates.splice(candidates.indexOf(before), 1);
    pairs.set(finding, before);
  }
}

function subjectOf({ purl, ruleId }: Finding): string {
  return purl === undefined ? ruleId : withoutVersion(purl);
}

/** An update that does not mend it, or mends it in part. */
function isOtherVersion(head: Finding, base: Finding): boolean {
  if (head.purl === undefined || base.purl === undefined || head.class !== base.class) return false;
  if (isWider(head, base)) return false;
  const known = [base.ruleId, ...(base.aliases ?? [])];
  const isSame = head.ruleId === base.ruleId || advisoriesOf(head).some((id) => known.includes(id));
  const places = base.locations.map(({ path }) => path);
  return isSame && (head.locations.length === 0 || head.locations.some(({ path }) => places.includes(path)));
}

/** A licence of the tree's own files is one finding for all of them: fewer files than before bring nothing. */
function isPart(head: Finding, base: Finding): boolean {
  if (head.purl !== undefined || base.purl !== undefined) return false;
  if (head.rule !== base.rule || head.kind !== base.kind) return false;
  const places = base.locations.map(({ path }) => path);
  // Long lists are cut: one that is shorter than another is whole.
  return head.locations.length < places.length && head.locations.every(({ path }) => places.includes(path));
}
