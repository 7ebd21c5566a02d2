import { PackageURL } from "packageurl-js";
import { nameOfPurl, PURL_TYPES, purlOf, purlText } from "./purl.ts";

/** What a purl names, without qualifiers and subpath. `ecosystem` is OSV's word, or the purl type where OSV has none. */
export interface NamedPackage {
  readonly purl: string;
  readonly ecosystem: string;
}

/** A tool's purl in the one form that is compared here; undefined when it is none. */
export function canonicalPurl(text: string): NamedPackage | undefined {
  let parsed: PackageURL;
  try {
    parsed = PackageURL.fromString(text);
  } catch {
    // The parser's only way to say no.
    return undefined;
  }
  const { type, namespace, name, version } = parsed;
  const ecosystem = ECOSYSTEMS.get(type);
  if (ecosystem === undefined) return { ecosystem: type, purl: purlText(type, namespace ?? "", name, version ?? "") };
  return { ecosystem, purl: purlOf(ecosystem, nameOfPurl(type, namespace ?? "", name), version ?? "") };
}

/** A name for what has no purl: no registry is meant, so that nobody looks it up in one. */
export function genericPurl(name: string, version: string): string {
  return purlText("generic", "", name, version);
}

/** The same package, whichever version. */
export function withoutVersion(purl: string): string {
  return purl.replace(/@[^@/]*$/, "");
}

/** Whether a purl is that package, in that version if the other one names any. */
export function isPackage(purl: string | undefined, named: string): boolean {
  const wanted = canonicalPurl(named)?.purl;
  return purl !== undefined && wanted !== undefined && (purl === wanted || withoutVersion(purl) === wanted);
}

const ECOSYSTEMS: ReadonlyMap<string, string> = new Map(
  Object.entries(PURL_TYPES).map(([ecosystem, type]) => [type, ecosystem]),
);
