/** What a package's metadata says of its licence, verbatim, and where it says so. */
export interface Declared {
  readonly raw: string;
  readonly from: string;
}

/** What of a package's metadata counts here. */
export interface Metadata {
  readonly declared: readonly Declared[];
  /** Other files that it calls its licence, by path in the package. */
  readonly licenseFiles: readonly string[];
  /** Whole licence texts that stand in the metadata itself, by the place where they stand. */
  readonly texts?: readonly { readonly path: string; readonly text: string }[];
}

/** More than any name of a licence, and any expression that we read. */
const MAX_RAW = 4000;

/** A statement, cut off where nobody would read on. */
export function stated(raw: string, from: string): Declared {
  return { raw: raw.length <= MAX_RAW ? raw : `${raw.slice(0, MAX_RAW)}…`, from };
}
