/** A file that syft did not read, or not wholly. `reason` is a phrase of syft's own; nothing of the file's content. */
export interface Unread {
  readonly path: string;
  readonly cataloger: string;
  readonly reason: string;
}

/** The file was read and names nothing: true of an empty lockfile, and of one that syft did not understand. */
export const NO_PACKAGES = "unable to determine packages";

/** A line of a requirements file that pins nothing; our own reader names each. */
export const UNPINNED_LINE = "unable to determine package version in requirements.txt line";
export const UNREAD_LINE = "unable to parse requirements.txt line";

/** An executable in which nothing was recognised. */
export const NO_PACKAGE_IN_EXECUTABLE = "no package identified in executable file";

/**
 * One of syft's "unknowns": `<cataloger>: <phrase>: <detail>`. The detail is cut off: it may quote the file (a line with a password in
 * its URL, say) and names paths of this machine.
 */
export function unreadOf(path: string, unknown: string): Unread {
  const [, cataloger = "", rest = ""] = /^([\w./-]+): ([\s\S]*)$/.exec(unknown) ?? [undefined, "", unknown];
  const phrase = /^[\w .,'()/-]*/.exec(rest)?.[0].trim() ?? "";
  return { path, cataloger, reason: phrase === "" || phrase.includes("/") ? "not read" : phrase };
}
