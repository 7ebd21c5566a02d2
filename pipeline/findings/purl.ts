import { PackageURL } from "packageurl-js";
import type { Ecosystem } from "../../schemas/common.ts";
import { sameForm } from "./package-key.ts";

/** The purl type of each ecosystem. */
export const PURL_TYPES: Readonly<Record<Ecosystem, string>> = {
  npm: "npm",
  PyPI: "pypi",
  "crates.io": "cargo",
  Go: "golang",
  Maven: "maven",
  NuGet: "nuget",
  Packagist: "composer",
  RubyGems: "gem",
  Hex: "hex",
  Pub: "pub",
  CRAN: "cran",
  Hackage: "hackage",
  ConanCenter: "conan",
  SwiftURL: "swift",
};

/** What stands between the namespace and the name of a package as OSV names it; the other types have no namespace. */
const SEPARATORS: Readonly<Record<string, string>> = {
  npm: "/",
  golang: "/",
  composer: "/",
  hex: "/",
  swift: "/",
  maven: ":",
};

/** The purl of a package as an OSV ecosystem names it, without qualifiers; an empty version is left out. Go versions carry their `v`, gems no platform. */
export function purlOf(ecosystem: string, name: string, version: string): string {
  const type = (PURL_TYPES as Readonly<Record<string, string>>)[ecosystem] ?? ecosystem.toLowerCase();
  const same = sameForm(ecosystem, name, version);
  const separator = SEPARATORS[type];
  const at = separator === undefined ? -1 : same.name.lastIndexOf(separator);
  const namespaced = at > 0 && at < same.name.length - 1;
  const full = type === "golang" && /^\d/.test(same.version) ? `v${same.version}` : same.version;
  return purlText(type, namespaced ? same.name.slice(0, at) : "", same.name.slice(namespaced ? at + 1 : 0), full);
}

/** A package's name as OSV writes it, from the two parts of a purl. */
export function nameOfPurl(type: string, namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}${SEPARATORS[type] ?? "/"}${name}`;
}

/** The text of a purl; "" is no namespace, no version. Parts that the type doesn't allow stand as they are. */
export function purlText(type: string, namespace: string, name: string, version: string): string {
  const parts = [type, namespace, name, version].map(wellFormed);
  try {
    const [word = "", space, last = "", full] = parts.map((part) => (part === "" ? undefined : part));
    return new PackageURL(word, space, last, full, undefined, undefined).toString();
  } catch {
    // The types' only way to say no: cran and swift without a version, maven and swift without a namespace.
    const [word, last, full] = [type, name, version].map((part) => encodeURIComponent(wellFormed(part)));
    const space = namespace === "" ? "" : `${namespace.split("/").map(wellFormed).map(encodeURIComponent).join("/")}/`;
    return `pkg:${word}/${space}${last}${full === "" ? "" : `@${full}`}`;
  }
}

/** Half of a surrogate pair can't be written in UTF-8. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
