import { PackageURL } from "packageurl-js";
import { packageKey } from "./package-key.ts";

const TYPES: Readonly<Record<string, string>> = { npm: "npm", PyPI: "pypi", "crates.io": "cargo", Go: "golang" };

/** The purl of a package as an OSV ecosystem names it, without qualifiers; an empty version is left out. Go versions carry their `v`. */
export function purlOf(ecosystem: string, name: string, version: string): string {
  const type = TYPES[ecosystem] ?? ecosystem.toLowerCase();
  const normal = packageKey(ecosystem, name);
  const slash = type === "npm" || type === "golang" ? normal.lastIndexOf("/") : -1;
  const namespace = slash > 0 ? normal.slice(0, slash) : undefined;
  const full = type === "golang" && /^\d/.test(version) ? `v${version}` : version;
  return new PackageURL(
    type,
    namespace,
    normal.slice(slash + 1),
    full === "" ? undefined : full,
    undefined,
    undefined,
  ).toString();
}
