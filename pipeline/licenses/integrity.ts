import { createHash } from "node:crypto";
import type { LockedHash } from "../../schemas/license-fact.ts";
import { moduleHash } from "./archive/module-hash.ts";

const STRENGTH = ["sha512", "sha384", "sha256", "sha1"] as const;

/** The hashes of a Subresource Integrity text that count: all of the strongest algorithm in it; none when it holds none that is known. */
export function hashesOfIntegrity(integrity: string): LockedHash[] {
  const all = integrity.split(/\s+/).flatMap((word) => {
    const [, algorithm, digest] = /^([a-z0-9]+)-([A-Za-z0-9+/]+=*)(?:\?.*)?$/.exec(word) ?? [];
    const known = STRENGTH.find((name) => name === algorithm);
    return known === undefined || digest === undefined ? [] : [hashOf(known, Buffer.from(digest, "base64"))];
  });
  const strongest = STRENGTH.find((name) => all.some((hash) => hash?.algorithm === name));
  return all.filter((hash) => hash !== undefined).filter(({ algorithm }) => algorithm === strongest);
}

/** A hash in hex, as `sha256:<hex>` or alone; undefined when it is none of its algorithm. */
export function hashOfHex(algorithm: LockedHash["algorithm"], hex: string): LockedHash | undefined {
  return /^[0-9a-fA-F]*$/.test(hex) ? hashOf(algorithm, Buffer.from(hex, "hex")) : undefined;
}

/** A hash of go.sum, `h1:<base64>`; undefined for any other. */
export function hashOfSum(text: string): LockedHash | undefined {
  const [, digest] = /^h1:([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  return digest === undefined ? undefined : hashOf("h1", Buffer.from(digest, "base64"));
}

/**
 * The first of the hashes that the archive has; undefined when it has none of them.
 * @throws ArchiveRefused where Go's hash needs the archive unpacked, and that can't be done
 */
export async function hashOfArchive(archive: Buffer, anyOf: readonly LockedHash[]): Promise<LockedHash | undefined> {
  const digests = new Map<string, string>();
  for (const locked of anyOf) {
    const { algorithm } = locked;
    const digest = digests.get(algorithm) ?? (await digestOf(archive, algorithm));
    digests.set(algorithm, digest);
    if (digest === locked.value) return locked;
  }
  return undefined;
}

async function digestOf(archive: Buffer, algorithm: LockedHash["algorithm"]): Promise<string> {
  if (algorithm === "h1") return await moduleHash(archive);
  return createHash(algorithm).update(archive).digest("hex");
}

const BYTES: Readonly<Record<LockedHash["algorithm"], number>> = {
  sha512: 64,
  sha384: 48,
  sha256: 32,
  sha1: 20,
  h1: 32,
};

function hashOf(algorithm: LockedHash["algorithm"], digest: Buffer): LockedHash | undefined {
  return digest.length === BYTES[algorithm] ? { algorithm, value: digest.toString("hex") } : undefined;
}
