import { statedLicense } from "./license-classifier.ts";
import { meantLicense } from "./meant-license.ts";
import { expressionOf, type LicenseTree, readExpression } from "./spdx-expression.ts";

/** A licence in a package's metadata, verbatim, and where it stands. */
export interface Stated {
  readonly raw: string;
  readonly from: string;
}

/** What is known of a component's licence: as it declares it, as its licence files read, and what counts of that (joined by AND). */
export interface ConcludedLicense {
  readonly declared: readonly string[];
  readonly detected: readonly string[];
  /** Licences that only the files have, beside a licence that is declared. */
  readonly undeclared: readonly string[];
  readonly concluded: readonly string[];
}

/**
 * Concludes a licence from what lockfile and package metadata declare and what a scanner saw in the licence files of the archive.
 *
 * What is declared counts; what only a licence file has counts besides, so that a disagreement never makes it milder. Words that are no
 * expression count, unless they only say less exactly what is there as an expression; where that is nowhere, the files' licences stand for them.
 */
export function concludedLicense(
  stated: readonly string[],
  inMetadata: readonly Stated[],
  inFiles: readonly string[],
): ConcludedLicense {
  const declared = sorted([...stated, ...inMetadata.map(({ raw }) => raw)]);
  const detected = sorted(inFiles);
  const texts = sorted([...stated, ...inMetadata.map(statedLicense)]);
  const readable = texts.filter((text) => treeOf(text) !== undefined);
  const known = new Set(
    [...readable, ...(readable.length === 0 ? detected : [])].flatMap(unitsOf).map(withoutVersions),
  );
  const vague = texts.filter((text) => treeOf(text) === undefined && !(known.size > 0 && saysLess(text, known)));
  const more = detected.flatMap((text) => conjunctsOf(text)).filter((tree) => !isKnown(tree, known));
  const undeclared = readable.length === 0 ? [] : sorted(more.filter((tree) => !saysNothing(tree)).map(expressionOf));
  const said = readable.length === 0 ? detected : undeclared;
  return { declared, detected, undeclared, concluded: sorted([...readable, ...vague, ...said]) };
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** Whether words name no more than the family of what is known, or send to the files that were read. */
function saysLess(text: string, known: ReadonlySet<string>): boolean {
  if (/^SEE LICEN[CS]E IN\b/i.test(text)) return true;
  const words = text.replace(/^License :: (?:OSI Approved(?: :: |$))?/, "").trim();
  if (words === "") return true;
  const meant = meantLicense(words);
  if (meant !== undefined) return [meant].flatMap(unitsOf).every((unit) => known.has(withoutVersions(unit)));
  const family = /^(?:the )?(?:new |modified |simplified )?(BSD|Apache|Artistic)(?: software)?(?: licen[cs]e)?$/i.exec(
    words,
  );
  return family !== null && [...known].some((unit) => unit.toLowerCase().startsWith(`${family[1]?.toLowerCase()}-`));
}

/** Whether the author already grants it: one branch of a choice is enough. */
function isKnown(tree: LicenseTree, known: ReadonlySet<string>): boolean {
  if ("unit" in tree) return known.has(withoutVersions(tree.unit));
  const each = (branch: LicenseTree) => isKnown(branch, known);
  return tree.operator === "OR" ? tree.branches.some(each) : tree.branches.every(each);
}

/** The text of a GNU licence is the same one whether later versions count or not. */
function withoutVersions(unit: string): string {
  return unit.replace(/-(?:only|or-later)(?= |$)/, "").replace(/\+(?= |$)/, "");
}

/** What scancode writes where it sees words about a licence and none that it knows. */
function saysNothing(tree: LicenseTree): boolean {
  return "unit" in tree && SAYS_NOTHING.test(tree.unit);
}

const SAYS_NOTHING =
  /LicenseRef-.*unknown|LicenseRef-scancode-(?:no-license|free-unknown|warranty-disclaimer|generic-\w+)$/i;

function treeOf(text: string): LicenseTree | undefined {
  const tree = readExpression(text);
  return "reason" in tree ? undefined : tree;
}

function conjunctsOf(text: string): readonly LicenseTree[] {
  const tree = treeOf(text);
  if (tree === undefined) return [];
  return "operator" in tree && tree.operator === "AND" ? tree.branches : [tree];
}

function unitsOf(text: string): string[] {
  const tree = treeOf(text);
  return tree === undefined ? [] : leavesOf(tree);
}

function leavesOf(tree: LicenseTree): string[] {
  return "unit" in tree ? [tree.unit] : tree.branches.flatMap(leavesOf);
}
