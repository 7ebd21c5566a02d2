import { Buffer } from "node:buffer";
import type { Component } from "../../../schemas/component.ts";
import { type Artifact, metadataOf } from "../../../schemas/syft.ts";

type Hash = Component["hashes"][number];

/** Digests of a package's archive, as its lockfile states them: npm's integrity (which may name several) and Cargo's checksum. */
export function hashesOf(artifact: Artifact): Hash[] {
  const { integrity, resolution, checksum } = metadataOf(artifact);
  const stated = (integrity ?? resolution?.integrity ?? "").split(/\s+/);
  const cargo =
    checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum) ? [{ algorithm: "SHA-256", value: checksum }] : [];
  return [...stated.flatMap(hashOfIntegrity), ...cargo];
}

const BYTES: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** Subresource Integrity: `sha512-<base64>`. Yarn 2 and later write a digest of their own archive instead, which is nobody else's: left out. */
function hashOfIntegrity(text: string): Hash[] {
  const [, name = "", base64 = ""] = /^(sha1|sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})(?:\?|$)/.exec(text) ?? [];
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length !== BYTES[name]) return [];
  return [{ algorithm: `SHA-${name.slice("sha".length)}`, value: bytes.toString("hex") }];
}

/**
 * Lockfiles whose record of a package is one of several, taken by chance: npm's lockfileVersion 1, where syft keeps whichever place
 * of a package its map walk meets first. Known by what only later versions state: licences and dependencies.
 */
export function chanceLockfiles(artifacts: readonly Artifact[]): ReadonlySet<string> {
  const locked = artifacts.filter(({ metadataType }) => metadataType === "javascript-npm-package-lock-entry");
  const chance = new Set(locked.flatMap(placesOf));
  for (const artifact of locked) {
    const later = artifact.licenses.length > 0 || metadataOf(artifact).dependencies !== null;
    if (later) for (const path of placesOf(artifact)) chance.delete(path);
  }
  return chance;
}

function placesOf({ locations }: Artifact): string[] {
  return locations.map(({ path }) => path);
}
