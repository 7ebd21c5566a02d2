import { PackageURL } from "packageurl-js";
import { purlOf } from "./purl.ts";

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
  const { type, namespace, version } = parsed;
  const ecosystem = ECOSYSTEMS[type] ?? type;
  if (READ_HERE.has(type)) {
    const name = namespace ? `${namespace}/${parsed.name}` : parsed.name;
    return { ecosystem, purl: purlOf(ecosystem, name, version ?? "") };
  }
  return { ecosystem, purl: new PackageURL(type, namespace, parsed.name, version, undefined, undefined).toString() };
}

/** A name for what has no purl: no registry is meant, so that nobody looks it up in one. */
export function genericPurl(name: string, version: string): string {
  return new PackageURL(
    "generic",
    undefined,
    name,
    version === "" ? undefined : version,
    undefined,
    undefined,
  ).toString();
}

/** The same package, whichever version. */
export function withoutVersion(purl: string): string {
  const { type, namespace, name } = PackageURL.fromString(purl);
  return new PackageURL(type, namespace, name, undefined, undefined, undefined).toString();
}

const READ_HERE: ReadonlySet<string> = new Set(["npm", "pypi", "cargo", "golang"]);

const ECOSYSTEMS: Readonly<Record<string, string>> = {
  npm: "npm",
  pypi: "PyPI",
  cargo: "crates.io",
  golang: "Go",
  maven: "Maven",
  gem: "RubyGems",
  nuget: "NuGet",
  composer: "Packagist",
  hex: "Hex",
  pub: "Pub",
  cran: "CRAN",
  hackage: "Hackage",
  conan: "ConanCenter",
  swift: "SwiftURL",
  opam: "opam",
};
