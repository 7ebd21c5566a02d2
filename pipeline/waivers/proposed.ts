import type { Finding, Gap } from "../../schemas/finding.ts";
import type { Waiver } from "../../schemas/waivers.ts";

type Content = Pick<Waiver, "what" | "where">;

/** What a waiver for one finding has to say: an advisory in this version of this package, a secret in this content of its file, … */
export function subjectOfFinding(finding: Finding, digests: ReadonlyMap<string, string>): Content {
  const { id, class: name, ruleId, purl, locations } = finding;
  const isAdvisory = name === "vulnerability" || name === "malware" || name === "informational";
  if (isAdvisory && purl !== undefined) return { what: { vulnerability: ruleId }, where: { purl } };
  if (name === "license" && purl !== undefined) return { what: { license: ruleId }, where: { purl } };
  const [place, ...more] = [...new Set(locations.map(({ path }) => path))];
  if (place === undefined || more.length > 0 || locations.some(({ commit }) => commit !== undefined)) {
    return { what: { finding: id } };
  }
  const sha256 = digests.get(place);
  return { what: { finding: id }, where: { path: place, ...(sha256 === undefined ? {} : { sha256 }) } };
}

/** What a waiver for one gap has to say. */
export function subjectOfGap({ id, path }: Gap): Content {
  return { what: { finding: id }, where: { path } };
}
