import { createHash } from "node:crypto";
import type { LicenseFact, LockedHash } from "../../schemas/license-fact.ts";
import type { ArchiveLimits } from "./archive/limits.ts";
import { ArchiveRefused } from "./archive/refused.ts";
import { isZip } from "./archive/unpack.ts";
import type { DownloadWorld } from "./download.ts";
import { formOf } from "./forms.ts";
import { hashOfArchive } from "./integrity.ts";
import { type ArchiveRead, readArchive } from "./read-archive.ts";
import { REGISTRY_CLIENTS } from "./registry/clients.ts";
import type { Registries } from "./registry/registries.ts";
import { Unavailable } from "./unavailable.ts";
import type { Missing, WantedArchive } from "./wanted.ts";

/** One archive that was got and proved to be the locked one. */
export interface GotArchive extends ArchiveRead {
  readonly purl: string;
  readonly archive: LicenseFact["archive"];
}

export interface FetchWorld extends DownloadWorld {
  readonly registries: Registries;
  readonly limits: ArchiveLimits;
  readonly parallel: number;
  /** One more archive is done. */
  readonly onDone: (done: number, total: number) => void;
}

/** Real packages declare less than ten; each statement is kept for ever. */
const MAX_DECLARED = 100;

/**
 * Downloads archives, so many at a time, and reads those that are what the lockfile says; what can't be had is told with its reason.
 * The answers are in the order of `wanted`.
 */
export async function fetchArchives(
  wanted: readonly WantedArchive[],
  world: FetchWorld,
): Promise<{ readonly got: readonly GotArchive[]; readonly missing: readonly Missing[] }> {
  const answers = new Array<GotArchive | Missing>(wanted.length);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < wanted.length; index = next++) {
      answers[index] = await answerFor(wanted[index] as WantedArchive, world);
      done += 1;
      world.onDone(done, wanted.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(world.parallel, wanted.length) }, worker));
  return {
    got: answers.filter((answer) => "archive" in answer),
    missing: answers.filter((answer) => "reason" in answer),
  };
}

async function answerFor(wanted: WantedArchive, world: FetchWorld): Promise<GotArchive | Missing> {
  const { purl, lockfile, ecosystem, name, version } = wanted;
  try {
    world.signal.throwIfAborted();
    const client = REGISTRY_CLIENTS[ecosystem];
    if (client === undefined) throw new Unavailable("unsupported-ecosystem", ecosystem);
    const bytes = await client(wanted, world.registries, world);
    const locked = await verified(bytes, wanted.anyOf);
    const form = formOf(ecosystem, name, version, isZip(bytes));
    if (form === undefined) throw new Unavailable("unsupported-ecosystem", ecosystem);
    const archive = { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length, locked };
    const read = await readArchive(bytes, form, world.limits);
    if (read.declared.length > MAX_DECLARED) {
      throw new ArchiveRefused(`${read.declared.length} declared licences, more than ${MAX_DECLARED}`);
    }
    return { purl, archive, ...read };
  } catch (error) {
    if (error instanceof ArchiveRefused) return { purl, lockfile, reason: "archive-refused", detail: error.message };
    if (error instanceof Unavailable) return { purl, lockfile, reason: error.reason, detail: error.message };
    throw error;
  }
}

async function verified(bytes: Buffer, anyOf: readonly LockedHash[]): Promise<LockedHash> {
  const locked = await hashOfArchive(bytes, anyOf);
  if (locked !== undefined) return locked;
  const [first] = anyOf;
  throw new Unavailable("hash-mismatch", `${bytes.length} bytes that don't have the locked ${first?.algorithm}`);
}
