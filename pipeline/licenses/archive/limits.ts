import { ArchiveRefused } from "./refused.ts";

/** Bounds on what an archive may unfold to: it is hostile input. */
export interface ArchiveLimits {
  readonly archiveBytes: number;
  readonly entries: number;
  readonly totalBytes: number;
  /** Of a file that is kept. */
  readonly fileBytes: number;
  readonly keptFiles: number;
  /** Unpacked bytes for each packed one, once more than `ratioFrom` bytes are unpacked. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

/** The largest packages of the registries have some 100,000 files, 500 MB unpacked, and a ratio of 20. */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  archiveBytes: 256 * 2 ** 20,
  entries: 200_000,
  totalBytes: 2 ** 30,
  fileBytes: 2 ** 20,
  keptFiles: 100,
  ratio: 200,
  ratioFrom: 32 * 2 ** 20,
};

/** Counts what an archive unfolds to. Each method throws ArchiveRefused at its bound. */
export class Meter {
  readonly #packed: number;
  readonly limits: ArchiveLimits;
  #entries = 0;
  #bytes = 0;

  /** @throws ArchiveRefused when the archive itself, `packed` bytes, is too large */
  constructor(packed: number, limits: ArchiveLimits) {
    this.#packed = packed;
    this.limits = limits;
    if (packed > limits.archiveBytes)
      throw new ArchiveRefused(`${packed} bytes, more than ${limits.archiveBytes} in an archive`);
  }

  entry(): void {
    this.#entries += 1;
    if (this.#entries > this.limits.entries) throw new ArchiveRefused(`more than ${this.limits.entries} entries`);
  }

  bytes(count: number): void {
    this.#bytes += count;
    const { totalBytes, ratio, ratioFrom } = this.limits;
    if (this.#bytes > totalBytes) throw new ArchiveRefused(`more than ${totalBytes} bytes unpacked`);
    if (this.#bytes > ratioFrom && this.#bytes > this.#packed * ratio) {
      throw new ArchiveRefused(`more than ${ratio} bytes unpacked from each byte`);
    }
  }
}
