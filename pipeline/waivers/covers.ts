import type { Finding, Gap } from "../../schemas/finding.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { Waiver } from "../../schemas/waivers.ts";
import { canonicalPurl, isPackage } from "../findings/canonical-purl.ts";
import { isBelow } from "../policy/rules.ts";
import { satisfies } from "../versions/satisfies.ts";

/** Something that can be waived, as a waiver sees it. */
export interface Waivable {
  readonly id: string;
  /** The ids by which a waiver may name it. */
  readonly ids: { readonly vulnerability: readonly string[]; readonly license: readonly string[] };
  readonly rules: readonly string[];
  readonly gap: string | undefined;
  readonly purl: string | undefined;
  readonly paths: readonly string[];
}

/** A finding, for waivers. */
export function waivableFinding({ id, class: name, rule, ruleId, aliases = [], purl, locations }: Finding): Waivable {
  const isAdvisory = name === "vulnerability" || name === "malware" || name === "informational";
  return {
    id,
    ids: { vulnerability: isAdvisory ? [ruleId, ...aliases] : [], license: name === "license" ? [ruleId] : [] },
    rules: name === "secret" || name === "register" ? [rule, ruleId] : [],
    gap: undefined,
    purl,
    paths: [...new Set(locations.map(({ path }) => path))],
  };
}

/** A gap, for waivers. */
export function waivableGap({ id, code, path }: Gap): Waivable {
  return { id, ids: { vulnerability: [], license: [] }, rules: [], gap: code, purl: undefined, paths: [path] };
}

/** Whether a waiver speaks of that thing, wherever it is. */
export function isAbout({ what }: Waiver, thing: Waivable): boolean {
  if (what.finding !== undefined) return what.finding === thing.id;
  if (what.vulnerability !== undefined) return thing.ids.vulnerability.includes(what.vulnerability);
  if (what.license !== undefined) return thing.ids.license.includes(what.license);
  if (what.gap !== undefined) return what.gap === thing.gap;
  return what.rule !== undefined && thing.rules.includes(what.rule);
}

/** Whether a thing lies where a waiver says: everything that it states has to hold, for each of the thing's places. */
export function isWithin({ where }: Waiver, thing: Waivable, digests: ReadonlyMap<string, string>): boolean {
  if (where === undefined) return true;
  const { purl, versions, path, sha256 } = where;
  if (purl !== undefined && !isPackage(thing.purl, purl)) return false;
  if (versions !== undefined && !isInRange(thing.purl, versions)) return false;
  if (path !== undefined && !(thing.paths.length > 0 && thing.paths.every((each) => isBelow(each, path)))) return false;
  return sha256 === undefined || thing.paths.every((each) => digests.get(each) === sha256);
}

function isInRange(purl: string | undefined, versions: string): boolean {
  if (purl === undefined) return false;
  const version = /@([^@/]*)$/.exec(purl)?.[1];
  const ecosystem = canonicalPurl(purl)?.ecosystem;
  if (version === undefined || ecosystem === undefined) return false;
  return satisfies(ecosystem, decodeURIComponent(version), versions) === true;
}

/** Content digest of each file of a tree, by path. */
export function digestsOf({ files }: Inventory): ReadonlyMap<string, string> {
  return new Map(files.map(({ path, sha256 }) => [path, sha256]));
}
