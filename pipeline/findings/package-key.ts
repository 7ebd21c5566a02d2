/** A package version as its ecosystem writes it. */
export interface PackageVersion {
  readonly name: string;
  readonly version: string;
}

/**
 * A package's name in the form under which two tools mean the same: PyPI names are compared as PEP 503 normalises them, a framework that a
 * .NET program carries along is the package that it came from; all others as they are.
 */
export function packageKey(ecosystem: string, name: string): string {
  if (ecosystem === "PyPI") return name.toLowerCase().replace(/[-_.]+/g, "-");
  return ecosystem === "NuGet" ? name.replace(/^runtimepack\./, "") : name;
}

/** NuGet and Packagist take a name for the same in any case; osv-scanner compares code units. The one form that both sides have is lower case. */
export function caselessName(ecosystem: string, name: string): string {
  return ecosystem === "NuGet" || ecosystem === "Packagist" ? name.toLowerCase() : name;
}

/** A version in the form under which two tools mean the same: Go's leading `v` and a gem's platform (its version has no `-`) are dropped. */
export function versionKey(ecosystem: string, version: string): string {
  if (ecosystem === "Go") return version.replace(/^v/, "");
  return ecosystem === "RubyGems" ? version.replace(/-.*$/s, "") : version;
}

/**
 * Both in the form under which two tools mean the same.
 *
 * Some npm lockfiles state an address in place of the version, and tools cut `name@address` at any `@`: of a registry's archive the version
 * is known, any other address is none (and may hold a password).
 */
export function sameForm(ecosystem: string, name: string, version: string): PackageVersion {
  const text = `${name}@${version}`;
  const at = ecosystem === "npm" ? text.search(/(?<!^)@[a-z][a-z+]*:/i) : -1;
  if (at < 0) return { name: packageKey(ecosystem, name), version: versionKey(ecosystem, version) };
  return { name: text.slice(0, at), version: versionOfArchive(text.slice(0, at), text.slice(at + 1)) ?? "" };
}

/** The version in a registry's address of a package's archive, `…/<name>/-/<last part of name>-<version>.tgz`; undefined for any other address. */
export function versionOfArchive(name: string, address: string): string | undefined {
  const start = `/${name}/-/${name.slice(name.lastIndexOf("/") + 1)}-`;
  const at = address.lastIndexOf(start);
  if (!/^https?:/.test(address) || at < 0 || !address.endsWith(".tgz")) return undefined;
  const version = address.slice(at + start.length, -".tgz".length);
  return /^\d[0-9A-Za-z.+-]*$/.test(version) ? version : undefined;
}
