/** An archive that is not unpacked, and why: damaged, of an unknown form, or larger unpacked than any real package. */
export class ArchiveRefused extends Error {
  override readonly name = "ArchiveRefused";
}
