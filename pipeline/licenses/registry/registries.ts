/** Where the registries are, as the caller has them; null: none was found, or none is to be asked. All end with a slash. */
export interface Registries {
  readonly npm: URL | null;
  /** The index of crates.io, whose config.json says where archives are; null: by the name that Cargo.lock gives the registry. */
  readonly "crates.io": URL | null;
  /** Proxies in the order in which they are asked. */
  readonly Go: readonly URL[];
  /** Patterns of module paths that no proxy is asked about (GONOPROXY). */
  readonly goPrivate: readonly string[];
  /** PEP 503 and 691. */
  readonly PyPI: URL | null;
}

/** Origins that the caller configured. */
export function originsOf(registries: Registries): ReadonlySet<string> {
  const all = [registries.npm, registries["crates.io"], ...registries.Go, registries.PyPI];
  return new Set(all.flatMap((url) => url?.origin ?? []));
}
