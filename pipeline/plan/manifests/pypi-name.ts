/** A Python package's name in its one normal form (PEP 503): `Ruamel.YAML` is `ruamel-yaml`. */
export function pypiName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
