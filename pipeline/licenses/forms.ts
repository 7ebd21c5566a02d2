import type { Ecosystem } from "../../schemas/common.ts";
import { pypiName } from "../plan/manifests/pypi-name.ts";
import { declaredInCargoToml } from "./declared/cargo-toml.ts";
import { declaredInCoreMetadata } from "./declared/core-metadata.ts";
import type { Metadata } from "./declared/declared.ts";
import { declaredInPackageJson } from "./declared/package-json.ts";

/** How the archives of an ecosystem look. */
export interface ArchiveForm {
  /** Takes the folder off that all of the archive lies in. */
  readonly strip: (path: string) => string;
  readonly isManifest: (path: string) => boolean;
  /** Undefined when the manifest can't be read. */
  readonly read: (path: string, text: string) => Metadata | undefined;
}

/** The form of an archive; undefined for an ecosystem whose archives are not read. */
export function formOf(ecosystem: Ecosystem, name: string, version: string, isZip: boolean): ArchiveForm | undefined {
  if (ecosystem === "Go") return { ...NO_MANIFEST, strip: withoutPrefix(`${name}@v${version}/`) };
  if (ecosystem === "PyPI") return isZip ? zipOf(name, version) : SOURCE;
  return ecosystem === "npm" || ecosystem === "crates.io" ? FORMS[ecosystem] : undefined;
}

const withoutFirst = (path: string): string => path.slice(path.indexOf("/") + 1);
const withoutPrefix = (prefix: string) => (path: string) =>
  path.startsWith(prefix) ? path.slice(prefix.length) : path;

const FORMS: Readonly<Record<"npm" | "crates.io", ArchiveForm>> = {
  npm: {
    strip: withoutFirst,
    isManifest: (path) => path === "package.json",
    read: (_path, text) => declaredInPackageJson(text),
  },
  "crates.io": {
    strip: withoutFirst,
    isManifest: (path) => path === "Cargo.toml",
    read: (_path, text) => declaredInCargoToml(text),
  },
};

const NO_MANIFEST = { isManifest: () => false, read: () => undefined };

const SOURCE: ArchiveForm = {
  strip: withoutFirst,
  isManifest: (path) => path === "PKG-INFO",
  read: declaredInCoreMetadata,
};

/** A wheel has no folder around it; a source archive that is a zip has one. */
function zipOf(name: string, version: string): ArchiveForm {
  const folder = pypiName(`${name}-${version}`);
  return {
    strip: (path) => (pypiName(path.slice(0, path.indexOf("/"))) === folder ? withoutFirst(path) : path),
    isManifest: (path) => path === "PKG-INFO" || /^[^/]+\.dist-info\/METADATA$/.test(path),
    read: declaredInCoreMetadata,
  };
}
