/**
 * A package's name in the form under which two tools mean the same: PyPI names are compared as PEP 503 normalises them; all others as they are.
 */
export function packageKey(ecosystem: string, name: string): string {
  return ecosystem === "PyPI" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name;
}

/** A version in the form under which two tools mean the same: Go's leading `v` is dropped. */
export function versionKey(ecosystem: string, version: string): string {
  return ecosystem === "Go" ? version.replace(/^v/, "") : version;
}
